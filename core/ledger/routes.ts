import type { Scope } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { queryText } from '../http/params.ts';
import { type InboxRecord, isOpenTo } from '../inboxes/types.ts';
import { isDay } from '../lib/day.ts';
import { type AgentId, type InboxId, parseId } from '../lib/ids.ts';
import { listRefusals } from '../refusals/list.ts';
import { readTurnAways } from '../refusals/turn-aways.ts';
import { refusalsView } from '../refusals/view.ts';
import { returnedCount } from '../trash/tombstones.ts';
import { readDays, readTotals } from './days.ts';
import { isItemStatus, listItems } from './items.ts';
import { readProof } from './proof.ts';
import { balanceRow, itemRow, itemsHref } from './view.ts';

/** What is shown of an inbox. */
type Inbox = Pick<InboxRecord, 'id' | 'name'> & Partial<Pick<InboxRecord, 'ownerId'>>;

export interface LedgerRouteDeps {
  /** Kept things that have not reached the database yet. */
  readonly spool: { count(): Promise<number> };
  /** What the last comparisons with accounts elsewhere found. */
  readonly compared: (viewer: AgentId) => Promise<readonly { readonly id: InboxId }[]>;
  readonly inboxes: () => readonly Inbox[];
}

const REFUSED_DAYS = 30;

/** Settings → Mail → Balance: what became of everything that was accepted, day by day, and the things behind each number. */
export function ledgerRoutes({ spool, inboxes, compared }: LedgerRouteDeps): readonly Route[] {
  const inboxOf = (ctx: PageContext): InboxId | null => parseId<'inboxes'>(queryText(ctx, 'inbox'));
  /** Of what came to somebody's personal mailbox others see the number only. */
  const isOpen = (ctx: PageContext, id: InboxId): boolean => isOpenTo(inboxes().find((inbox) => inbox.id === id) ?? {}, ctx.agent.id);
  const nameOf = (id: InboxId): string | null => inboxes().find((inbox) => inbox.id === id)?.name ?? null;

  const daysView = async (scope: Scope, inboxId: InboxId | null, before: string | null) => {
    const { days, next } = await readDays(scope, inboxId, before);
    const more = new URLSearchParams({ before: next ?? '', ...(inboxId === null ? {} : { inbox: String(inboxId) }) });
    return { days: days.map((day) => balanceRow(day, inboxId)), more: next === null ? null : `/ledger?${more}` };
  };

  const balance = async (ctx: PageContext): Promise<void> => {
    const inboxId = inboxOf(ctx);
    const asked = queryText(ctx, 'before');
    const before = isDay(asked) ? asked : null;
    const view = await daysView(ctx.scope, inboxId, before);
    if (ctx.isFragment && before !== null) return ctx.fragment('ledger/_days', view);
    const total = balanceRow({ ...(await readTotals(ctx.scope, inboxId)), day: null }, inboxId);
    const choices = [{ id: null, name: null }, ...inboxes()].map(({ id, name }) => ({
      name,
      href: id === null ? '/ledger' : `/ledger?inbox=${id}`,
      isCurrent: id === inboxId,
    }));
    const { counts, mails } = await listRefusals(ctx.scope, REFUSED_DAYS);
    const refusals = refusalsView({ counts, mails: mails.filter((one) => isOpen(ctx, one.inboxId)) }, nameOf);
    ctx.page('ledger/index', {
      ...view,
      total,
      inboxes: choices,
      spooled: await spool.count(),
      proof: await readProof(ctx.scope),
      refusals,
      turnAways: await readTurnAways(ctx.scope),
      returned: await returnedCount(ctx.scope),
      compared: (await compared(ctx.agent.id)).filter(({ id }) => inboxId === null || id === inboxId),
    });
  };

  const items = async (ctx: PageContext): Promise<void> => {
    const [day, status, cursor] = [queryText(ctx, 'day'), queryText(ctx, 'status'), queryText(ctx, 'cursor')];
    const filters = { day: isDay(day) ? day : null, inboxId: inboxOf(ctx), status: isItemStatus(status) ? status : null };
    const page = await listItems(ctx.scope, { ...filters, cursor: cursor || null });
    const href = itemsHref(filters.day, filters.inboxId, filters.status);
    const rows = page.items.map((item) => itemRow(item, nameOf(item.inboxId), isOpen(ctx, item.inboxId)));
    const view = { items: rows, more: page.next && `${href}&cursor=${page.next}` };
    if (ctx.isFragment && cursor) return ctx.fragment('ledger/_items', view);
    ctx.page('ledger/items', { ...view, ...filters, inbox: filters.inboxId === null ? null : nameOf(filters.inboxId) });
  };

  return [
    { method: 'GET', path: '/ledger', may: 'mail', handle: balance },
    { method: 'GET', path: '/ledger/items', may: 'administrator', handle: items },
  ];
}
