import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import type { InboxId } from '../lib/ids.ts';
import { retryInbound } from './retry.ts';
import { listUnreadable, openRawInbound } from './unreadable.ts';
import { rawFilename, unreadableRow } from './view.ts';

export interface UnreadableRouteDeps {
  readonly blobs: Blobs;
  readonly pump: { wake(): void };
  /** Null when the inbox is gone. */
  readonly inboxName: (id: InboxId) => string | null;
}

/** Settings → Unreadable: what could not be turned into a conversation, its original, and "try again". */
export function unreadableRoutes({ blobs, pump, inboxName }: UnreadableRouteDeps): readonly Route[] {
  const view = async (ctx: PageContext, cursor: string | null) => {
    const { items, next, total } = await listUnreadable(ctx.scope, cursor);
    return { rows: items.map((record) => unreadableRow(record, inboxName(record.inboxId))), next, total, isFirst: cursor === null };
  };

  const list = async (ctx: PageContext): Promise<void> => {
    const cursor = queryText(ctx, 'cursor') || null;
    const data = await view(ctx, cursor);
    if (!ctx.isFragment) ctx.page('unreadable/list', data);
    else ctx.fragment(cursor === null ? 'unreadable/_list' : 'unreadable/_rows', data);
  };

  const tryAgain = async (ctx: PageContext): Promise<void> => {
    await retryInbound(ctx.scope, idParam(ctx, 'raw_inbound'));
    pump.wake();
    ctx.toast(ctx.t('unreadable.tried'));
    if (ctx.isFragment) ctx.fragment('unreadable/_list', await view(ctx, null));
    else ctx.seeOther('/unreadable');
  };

  const raw = async (ctx: PageContext): Promise<void> => {
    const { record, stream } = await openRawInbound(ctx.scope, blobs, idParam(ctx, 'raw_inbound'));
    ctx.attachment(rawFilename(record));
    ctx.type = 'application/octet-stream';
    ctx.length = record.bytes;
    ctx.body = stream;
  };

  return [
    { method: 'GET', path: '/unreadable', may: 'administrator', handle: list },
    { method: 'POST', path: '/unreadable/:id/attempts', may: 'administrator', handle: tryAgain },
    { method: 'GET', path: '/unreadable/:id/raw', may: 'administrator', handle: raw },
  ];
}
