import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import type { WorkspaceDeps } from '../conversations/screens.ts';
import type { PageContext, Route } from '../http/context.ts';
import { BadRequestError, idParam, queryText } from '../http/params.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import { type ConversationId, parseId, type TransferId } from '../lib/ids.ts';
import { findMessage } from '../messages/list.ts';
import { findTransferLine, partiesOf } from './list.ts';
import { MAX_MERGED, mergeConversations } from './merge.ts';
import { moveMessages } from './move.ts';
import { mergerScreen, moveScreen } from './screens.ts';
import { splitConversation } from './split.ts';
import { EXTENTS } from './types.ts';
import { undoTransfer } from './undo.ts';

/** For how long the toast offers to undo; the line in the conversation goes on offering it. */
const UNDO_SECONDS = 30;

const idsOf = <Table extends string>(text: string) => [...new Set(text.split(',').flatMap((one) => parseId<Table>(one) ?? []))];
const conversationIds = z
  .string()
  .max(2_000)
  .transform((text) => idsOf<'conversations'>(text).slice(0, MAX_MERGED));
const MERGER = z.object({ ids: conversationIds, into: z.string().transform((text) => parseId<'conversations'>(text)) });
const MOVE = z.object({
  extent: z.enum(EXTENTS),
  to: z
    .string()
    .default('')
    .transform((text) => parseId<'conversations'>(text)),
});

/** Merging, splitting and moving, and the way back. */
export function transferRoutes(deps: WorkspaceDeps): readonly Route[] {
  const merger = async (ctx: PageContext): Promise<void> => {
    const ids = [ctx.query['ids'] ?? []].flat().join(',');
    if (ids.length > 2_000) throw new BadRequestError('"ids" in the address is wrong');
    const asked = { ids: conversationIds.parse(ids), into: parseId<'conversations'>(queryText(ctx, 'into')) };
    ctx.page('transfers/merger', await mergerScreen(ctx.scope, deps, asked, queryText(ctx, 'q')));
  };

  const merge = async (ctx: PageContext): Promise<void> => {
    const { ids, into } = MERGER.parse(ctx.form);
    if (into === null || !ids.includes(into)) throw new BadRequestError('"into" is none of "ids"');
    for (const id of ids) await allow(ctx.scope, 'conversation:move', id);
    const others = ids.filter((id) => id !== into);
    await orTold(ctx, `/conversations/merger?ids=${ids.join(',')}`, async () => {
      const done = await mergeConversations(ctx.scope, deps.endpoints, into, others);
      told(ctx, done, ctx.t('transfers.toast.merged', { n: done.length + 1 }));
      ctx.seeOther(`/conversations/${into}`);
    });
  };

  const move = async (ctx: PageContext): Promise<void> => {
    ctx.page('transfers/move', await moveScreen(ctx.scope, deps, idParam(ctx, 'messages'), queryText(ctx, 'q')));
  };

  const transfer = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'messages');
    const { extent, to } = MOVE.parse(ctx.form);
    const { conversationId } = await findMessage(ctx.scope, id);
    for (const one of [conversationId, ...(to === null ? [] : [await leadsTo(ctx.scope, to)])])
      await allow(ctx.scope, 'conversation:move', one);
    await orTold(ctx, `/conversations/${conversationId}`, async () => {
      if (to === null) {
        const made = await splitConversation(ctx.scope, deps.endpoints, id, extent);
        told(ctx, [made.transferId], ctx.t('transfers.toast.split'));
        return ctx.seeOther(`/conversations/${made.conversationId}`);
      }
      told(ctx, [await moveMessages(ctx.scope, deps.endpoints, id, extent, to)], ctx.t('transfers.toast.moved'));
      ctx.seeOther(`/conversations/${await leadsTo(ctx.scope, to)}`);
    });
  };

  const reversal = async (ctx: PageContext): Promise<void> => {
    const ids = idsOf<'transfers'>(ctx.params['id'] ?? '').slice(0, MAX_MERGED) as TransferId[];
    let back: ConversationId | null = null;
    for (const id of ids.toReversed()) {
      const line = await findTransferLine(ctx.scope, id);
      back ??= line.kind === 'merge' ? line.toId : line.fromId;
      for (const one of await partiesOf(ctx.scope, line)) await allow(ctx.scope, 'conversation:move', one);
      if (!(await orTold(ctx, `/conversations/${back}`, async () => void (await undoTransfer(ctx.scope, deps.endpoints, id))))) return;
    }
    if (back === null) throw new NotFoundError('Transfer');
    ctx.toast(ctx.t('transfers.toast.undone'));
    ctx.seeOther(`/conversations/${back}`);
  };

  return [
    { method: 'GET', path: '/conversations/merger', may: 'agent', handle: merger },
    { method: 'POST', path: '/conversations/merger', may: 'agent', handle: merge },
    { method: 'GET', path: '/messages/:id/transfer', may: 'agent', handle: move },
    { method: 'POST', path: '/messages/:id/transfer', may: 'agent', handle: transfer },
    { method: 'POST', path: '/transfers/:id/reversal', may: 'agent', handle: reversal },
  ];
}

function told(ctx: PageContext, ids: readonly TransferId[], text: string): void {
  ctx.toast(text, 'done', { path: `/transfers/${ids.join(',')}/reversal`, seconds: UNDO_SECONDS, of: 0 });
}

/** Runs `work`; what it refuses is said on the page at `path`. Answers whether it was done. */
async function orTold(ctx: PageContext, path: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    ctx.toast(ctx.t(`transfers.conflict.${error.code}`), 'problem');
    ctx.seeOther(path);
    return false;
  }
}
