import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import type { Scope } from '../db/scope.ts';
import type { ConversationId, TransferId } from '../lib/ids.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { findMessage } from '../messages/list.ts';
import { findTransferLine, partiesOf, transfersOf } from '../transfers/list.ts';
import { mergeConversations } from '../transfers/merge.ts';
import { moveMessages } from '../transfers/move.ts';
import { splitConversation } from '../transfers/split.ts';
import { EXTENTS, TRANSFER_KINDS, type TransferLine } from '../transfers/types.ts';
import { undoTransfer } from '../transfers/undo.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id as apiId, idNumber, instant, named, pageOf } from './schemas.ts';

const transfer = named(
  'Transfer',
  z.strictObject({
    id: apiId,
    kind: z.enum(TRANSFER_KINDS).describe('`merge`: `fromId` leads to `toId`; `split`: `toId` is new; `move`: both were there.'),
    fromId: apiId,
    toId: apiId,
    messageCount: z.int().nonnegative().describe('How many messages went.'),
    agentName: z.string().describe('Who did it; empty when that is not known.'),
    at: instant,
    undoneAt: instant.nullable().describe('Null = it holds.'),
  }),
);
const transferPage = pageOf('TransferPage', transfer);

const TOGETHER =
  "`conversation_is_spam`; `conversation_merged`: it leads to another one; `already_together`; `channels_differ`; `personal_apart`: one of them is in somebody's personal mailbox";

/** Merge, split and move, and take it back. */
export function transferEndpoints(endpoints: Endpoints): readonly Endpoint[] {
  const answer = async (scope: Scope, id: TransferId) => transferView(await findTransferLine(scope, id));
  const allowBoth = async (scope: Scope, ids: readonly ConversationId[]): Promise<void> => {
    for (const id of ids) await allow(scope, 'conversation:move', id);
  };
  return [
    endpoint({
      method: 'POST',
      path: '/conversations/:id/merger',
      summary: 'Merge a conversation into another one',
      description: 'All its messages are in `into` then, and its number leads there, also for mail that comes later.',
      body: z.strictObject({ into: idNumber }),
      response: transfer,
      errors: { 409: TOGETHER },
      handle: async ({ scope, id, body }) => {
        await allowBoth(scope, [id, body.into]);
        const [made] = await mergeConversations(scope, endpoints, body.into, [id]);
        return answer(scope, made as TransferId);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/messages/:id/transfer',
      summary: 'Move a message to another conversation, or split it off into a new one',
      body: z.strictObject({
        to: idNumber.nullable().describe('A conversation; null = a new one.'),
        extent: z.enum(EXTENTS).default('one').describe('`onwards`: with all messages after it.'),
      }),
      response: transfer,
      errors: { 409: `${TOGETHER}; \`nothing_left\`: no message would stay` },
      handle: async ({ scope, id, body }) => {
        await allowBoth(scope, [(await findMessage(scope, id)).conversationId, ...(body.to === null ? [] : [body.to])]);
        const made =
          body.to === null
            ? (await splitConversation(scope, endpoints, id, body.extent)).transferId
            : await moveMessages(scope, endpoints, id, body.extent, body.to);
        return answer(scope, made);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/conversations/:id/transfers',
      summary: 'What was merged, split and moved in a conversation: the newest hundred, oldest first',
      response: transferPage,
      handle: async ({ scope, id }) => {
        await allow(scope, 'conversation:read', id);
        return { items: (await transfersOf(scope, id)).lines.map(transferView), next: null };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/transfers/:id/reversal',
      summary: 'Undo a merge, split or move: what was there is there again, what came later stays where it came',
      response: transfer,
      errors: { 409: '`transfer_undone`; `nothing_to_undo`: a later one took the messages elsewhere; `conversation_is_spam`' },
      handle: async ({ scope, id }) => {
        await allowBoth(scope, await partiesOf(scope, await findTransferLine(scope, id)));
        await undoTransfer(scope, endpoints, id);
        return answer(scope, id);
      },
    }),
  ];
}

function transferView({ id, kind, fromId, toId, messageCount, agentName, at, undoneAt }: TransferLine): z.input<typeof transfer> {
  return { id, kind, fromId, toId, messageCount, agentName, at: at.toISOString(), undoneAt: undoneAt?.toISOString() ?? null };
}
