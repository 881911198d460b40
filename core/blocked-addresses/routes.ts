import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import { listBlockedAddresses } from './list.ts';
import { unblockAddress } from './unblock.ts';

/** Settings → Mail → Blocked addresses. */
export function blockedAddressRoutes(): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const q = queryText(ctx, 'q', 200);
    const page = await listBlockedAddresses(ctx.scope, { q, cursor: queryText(ctx, 'cursor') || undefined });
    const more = page.next === null ? null : `/blocked-addresses?${new URLSearchParams({ q, cursor: page.next })}`;
    ctx.page('blocked-addresses/list', { blocked: page.items, typed: q, more });
  };
  const removal = async (ctx: PageContext): Promise<void> => {
    const address = await unblockAddress(ctx.scope, idParam(ctx, 'blocked_addresses'));
    ctx.toast(ctx.t('blocked-addresses.unblocked', { address }));
    ctx.seeOther('/blocked-addresses');
  };
  return [
    { method: 'GET', path: '/blocked-addresses', may: 'blocking', handle: list },
    { method: 'POST', path: '/blocked-addresses/:id/removal', may: 'blocking', handle: removal },
  ];
}
