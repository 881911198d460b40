import { z } from 'zod';
import { beginBulk, cancelBulk, findOwn, ownActions, reverseBulk } from '../bulk-actions/begin.ts';
import { refusalsOf } from '../bulk-actions/refusals.ts';
import { BULK_KINDS, BULK_STATES, type BulkAction, type BulkDeed, canUndo } from '../bulk-actions/types.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError, unreachable } from '../lib/errors.ts';
import type { BulkActionId } from '../lib/ids.ts';
import { conversationFilters, filtersOf } from './conversation-filters.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id as apiId, givenInstant, idNumber, instant, named, pageOf } from './schemas.ts';

const count = z.int().nonnegative();
const shape = {
  id: apiId,
  kind: z.enum(BULK_KINDS),
  state: z.enum(BULK_STATES).describe('`collecting`, `running` and `undoing` go on by themselves.'),
  total: count.describe('Conversations found until now.'),
  done: count.describe('Changed.'),
  same: count.describe('It was so already.'),
  refused: count,
  undone: count,
  stayed: count.describe('Not undone: changed since.'),
  isCut: z.boolean().describe('More matched than one act takes; do it again.'),
  canUndo: z.boolean(),
  createdAt: instant,
  finishedAt: instant.nullable(),
};
const bulkAction = named('BulkAction', z.strictObject(shape));
const refusal = z.strictObject({ conversationId: apiId, reason: z.string(), isUndo: z.boolean() });
const withRefusals = named(
  'BulkActionWithRefusals',
  z.strictObject({
    ...shape,
    refusals: z.array(refusal).describe('The first hundred that were refused, and that stayed at the undo (`isUndo`).'),
  }),
);

const body = z.strictObject({
  kind: z.enum(BULK_KINDS),
  conversationIds: z.array(idNumber).min(1).max(10_000).optional(),
  list: z
    .strictObject(conversationFilters(idNumber))
    .optional()
    .describe('Instead of ids: all that match, as `GET /conversations` filters.'),
  assigneeId: idNumber.nullable().optional().describe('Of `assign`; null = nobody.'),
  teamId: idNumber.nullable().optional().describe('Of `assign`: the team; then `assigneeId` may be absent, and is nobody.'),
  labelId: idNumber.optional().describe('Of `label` and `unlabel`.'),
  folderId: idNumber.optional().describe('Of `file`.'),
  snoozedUntil: givenInstant.nullable().optional().describe('Of `snooze`; null or absent = until the contact writes.'),
});

/** The same to many conversations, its progress, and the way back. */
export function bulkActionEndpoints(): readonly Endpoint[] {
  const answer = async (scope: Scope, id: BulkActionId) => view(await findOwn(scope, id), scope.now());
  return [
    endpoint({
      method: 'GET',
      path: '/bulk-actions',
      summary: 'What the agent of the key did to many conversations within a day, the newest first',
      response: pageOf('BulkActionPage', bulkAction),
      handle: async ({ scope }) => ({ items: (await ownActions(scope, false)).map((one) => view(one, scope.now())), next: null }),
    }),
    endpoint({
      method: 'POST',
      path: '/bulk-actions',
      summary: 'Do the same to many conversations',
      description: 'Answers at once; the work goes on by itself, as far as the agent may on each conversation. Each has its own event.',
      body,
      response: bulkAction,
      status: 201,
      maxBodyBytes: 262_144,
      errors: { 403: '`forbidden`: in that folder', 409: '`bulk_busy`: five are under way' },
      handle: async ({ scope, body: { conversationIds, list, ...rest } }) => {
        if ((conversationIds === undefined) === (list === undefined))
          throw new InvalidError({ conversationIds: 'either these or `list` is needed' });
        const choice = list ? { list: filtersOf(list) } : { ids: conversationIds ?? [] };
        return answer(scope, await beginBulk(scope, deedOf(rest), choice));
      },
    }),
    endpoint({
      method: 'GET',
      path: '/bulk-actions/:id',
      summary: 'How far one is, and what it left alone',
      response: withRefusals,
      handle: async ({ scope, id }) => {
        const refusals = await answer(scope, id).then(() => refusalsOf(scope, id));
        return {
          ...(await answer(scope, id)),
          refusals: refusals.map(({ id: conversationId, reason, isUndo }) => ({ conversationId, reason, isUndo })),
        };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/bulk-actions/:id/cancellation',
      summary: 'Stop one; what is done stays done',
      response: bulkAction,
      handle: async ({ scope, id }) => {
        await cancelBulk(scope, id);
        return answer(scope, id);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/bulk-actions/:id/reversal',
      summary: 'Take one back, within a day: all that nobody has changed since',
      response: bulkAction,
      errors: { 409: '`bulk_not_undoable`: under way, taken back already, changed nothing, or older than a day' },
      handle: async ({ scope, id }) => {
        await reverseBulk(scope, id);
        return answer(scope, id);
      },
    }),
  ];
}

function deedOf({
  kind,
  assigneeId,
  teamId,
  labelId,
  folderId,
  snoozedUntil,
}: Omit<z.output<typeof body>, 'conversationIds' | 'list'>): BulkDeed {
  const needed = <T>(value: T | undefined, name: string): T => {
    if (value === undefined) throw new InvalidError({ [name]: `is required for ${kind}` });
    return value;
  };
  switch (kind) {
    case 'assign':
      return { kind, assigneeId: teamId ? (assigneeId ?? null) : needed(assigneeId, 'assigneeId'), teamId: teamId ?? null };
    case 'label':
    case 'unlabel':
      return { kind, labelId: needed(labelId, 'labelId') };
    case 'file':
      return { kind, folderId: needed(folderId, 'folderId') };
    case 'snooze':
      return { kind, until: snoozedUntil ? new Date(snoozedUntil) : null };
    case 'close':
    case 'reopen':
    case 'spam':
    case 'not_spam':
    case 'ignore':
    case 'read':
    case 'trash':
    case 'untrash':
      return { kind };
    default:
      return unreachable(kind);
  }
}

const view = (action: BulkAction, now: Date): z.input<typeof bulkAction> => {
  const { id, deed, state, total, done, same, refused, undone, stayed, isCut, createdAt, finishedAt } = action;
  const counts = { total, done, same, refused, undone, stayed };
  const times = { createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
  return { id, kind: deed.kind, state, ...counts, isCut, canUndo: canUndo(action, now), ...times };
};
