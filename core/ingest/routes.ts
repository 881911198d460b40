import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import { expectUnlocked } from '../inboxes/connecting/unlock.ts';
import { type InboxRecord, isOpenTo } from '../inboxes/types.ts';
import type { InboxId } from '../lib/ids.ts';
import { expectClean, type ScanNow } from './expect-clean.ts';
import { retryInbound } from './retry.ts';
import type { RawInboundRecord } from './types.ts';
import { countUnreadable, listUnmatchedReports, listUnreadable, openRawInbound } from './unreadable.ts';
import { rawFilename, unreadableRow } from './view.ts';

export interface UnreadableRouteDeps {
  readonly blobs: Blobs;
  readonly pump: { wake(): void };
  /** Null when the inbox is gone. */
  readonly inboxOf: (id: InboxId) => InboxRecord | null;
  readonly scanNow: ScanNow;
}

/** The same of an agent's own mailboxes, for him alone: their list is on the page of each. */
export function ownUnreadableRoutes({ blobs, pump, inboxOf, scanNow }: UnreadableRouteDeps): readonly Route[] {
  const own =
    (ctx: PageContext) =>
    async (record: RawInboundRecord): Promise<boolean> => {
      if (inboxOf(record.inboxId)?.ownerId !== ctx.agent.id) return false;
      await expectUnlocked(ctx.scope, ctx.agent.id);
      return true;
    };
  const tryAgain = async (ctx: PageContext): Promise<void> => {
    const { record, stream } = await openRawInbound(ctx.scope, blobs, idParam(ctx, 'raw_inbound'), own(ctx));
    stream.destroy();
    await retryInbound(ctx.scope, record.id);
    pump.wake();
    ctx.toast(ctx.t('unreadable.tried'));
    ctx.seeOther(`/profile/mailboxes/${record.inboxId}`);
  };
  return [
    { method: 'POST', path: '/profile/unreadable/:id/attempts', may: 'agent', handle: tryAgain },
    { method: 'GET', path: '/profile/unreadable/:id/raw', may: 'agent', handle: (ctx) => sendRaw(ctx, { blobs, scanNow }, own(ctx)) },
  ];
}

/** With a virus in it it is an administrator's alone, at its message, where he is warned: here nobody gets it. */
async function sendRaw(
  ctx: PageContext,
  { blobs, scanNow }: Pick<UnreadableRouteDeps, 'blobs' | 'scanNow'>,
  isOpen: (record: RawInboundRecord) => boolean | Promise<boolean>,
): Promise<void> {
  const id = idParam(ctx, 'raw_inbound');
  const { record, stream } = await openRawInbound(ctx.scope, blobs, id, async (one) => {
    if (!(await isOpen(one))) return false;
    await expectClean(one, scanNow);
    return true;
  });
  ctx.attachment(rawFilename(record));
  ctx.type = 'application/octet-stream';
  ctx.length = record.bytes;
  ctx.body = stream;
}

/** Settings → Unreadable: what could not be turned into a conversation, reports about nothing we sent, their originals, and "try again". */
export function unreadableRoutes({ blobs, pump, inboxOf, scanNow }: UnreadableRouteDeps): readonly Route[] {
  const isOpen = (ctx: PageContext, { inboxId }: RawInboundRecord): boolean => isOpenTo(inboxOf(inboxId) ?? {}, ctx.agent.id);
  const shown = (ctx: PageContext, { items, next, total }: Awaited<ReturnType<typeof listUnreadable>>, cursor: string | null) => ({
    rows: items.map((record) => unreadableRow(record, inboxOf(record.inboxId)?.name ?? null, isOpen(ctx, record))),
    next,
    total,
    isFirst: cursor === null,
  });
  const parkedView = async (ctx: PageContext, cursor: string | null) => shown(ctx, await listUnreadable(ctx.scope, cursor), cursor);
  const reportView = async (ctx: PageContext, cursor: string | null) => shown(ctx, await listUnmatchedReports(ctx.scope, cursor), cursor);

  const list = async (ctx: PageContext): Promise<void> => {
    const cursor = queryText(ctx, 'cursor') || null;
    const reports = queryText(ctx, 'reports') || null;
    if (ctx.isFragment && cursor !== null) return ctx.fragment('unreadable/_rows', await parkedView(ctx, cursor));
    if (ctx.isFragment && reports !== null) return ctx.fragment('unreadable/_reports', { reports: await reportView(ctx, reports) });
    const data = { ...(await parkedView(ctx, cursor)), reports: await reportView(ctx, reports) };
    if (ctx.isFragment) ctx.fragment('unreadable/_list', data);
    else ctx.page('unreadable/list', data);
  };

  const tryAgain = async (ctx: PageContext): Promise<void> => {
    await retryInbound(ctx.scope, idParam(ctx, 'raw_inbound'));
    pump.wake();
    ctx.toast(ctx.t('unreadable.tried'));
    if (ctx.isFragment) ctx.fragment('unreadable/_list', { ...(await parkedView(ctx, null)), reports: await reportView(ctx, null) });
    else ctx.seeOther('/unreadable');
  };

  const count = async (ctx: PageContext): Promise<void> => {
    if (!ctx.isFragment) return ctx.seeOther('/unreadable');
    ctx.fragment('unreadable/_count', { total: await countUnreadable(ctx.scope) });
  };

  const raw = (ctx: PageContext): Promise<void> => sendRaw(ctx, { blobs, scanNow }, (one) => isOpen(ctx, one));

  return [
    { method: 'GET', path: '/unreadable', may: 'administrator', handle: list },
    { method: 'GET', path: '/unreadable/count', may: 'administrator', handle: count },
    { method: 'POST', path: '/unreadable/:id/attempts', may: 'administrator', handle: tryAgain },
    { method: 'GET', path: '/unreadable/:id/raw', may: 'administrator', handle: raw },
  ];
}
