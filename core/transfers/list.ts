import { allowedAmong } from '../conversations/allow.ts';
import { leadTo } from '../conversations/evidence.ts';
import { visibleTitles } from '../conversations/titles.ts';
import type { Scope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { ConversationId, TransferId } from '../lib/ids.ts';
import { familyOf, findLine, listLines } from './store.ts';
import type { TransferLine } from './types.ts';

/**
 * What was merged, split and moved here, also in conversations that lead here (`family`, with the conversation itself): oldest first, the
 * newest hundred. Of a conversation that the actor may not see there is the number, but no subject.
 */
export async function transfersOf(
  scope: Scope,
  id: ConversationId,
): Promise<{ readonly lines: readonly TransferLine[]; readonly family: readonly ConversationId[] }> {
  const family = await familyOf(scope, id);
  const lines = await listLines(scope, family);
  if (scope.actor.kind !== 'agent' || lines.length === 0) return { lines, family };
  const seen = await visibleTitles(
    scope,
    lines.flatMap(({ fromId, toId }) => [fromId, toId]),
  );
  const hidden = (id: ConversationId): boolean => !seen.has(id) && !family.includes(id);
  const undoable = await undoableOf(scope, lines);
  const masked = lines.map((line) => ({
    ...line,
    mayUndo: undoable.has(line.id),
    ...(hidden(line.fromId) ? { fromSubject: '' } : {}),
    ...(hidden(line.toId) ? { toSubject: '' } : {}),
  }));
  return { lines: masked, family };
}

/** Those that hold and that the actor may undo: he needs the right for both sides. */
async function undoableOf(scope: Scope, lines: readonly TransferLine[]): Promise<ReadonlySet<TransferId>> {
  const held = lines.filter(({ undoneAt }) => undoneAt === null);
  const standing = await leadTo(
    scope,
    held.flatMap(({ fromId, toId }) => [fromId, toId]),
  );
  const parties = held.map((line) => ({ id: line.id, ids: partiesBy(line, standing) }));
  const allowed = await allowedAmong(
    scope,
    'conversation:move',
    parties.flatMap(({ ids }) => ids),
  );
  return new Set(parties.flatMap(({ id, ids }) => (ids.every((one) => allowed.has(one)) ? [id] : [])));
}

/** One of them. Raises not_found. */
export async function findTransferLine(scope: Scope, id: TransferId): Promise<TransferLine> {
  const line = await findLine(scope, id);
  if (!line) throw new NotFoundError('Transfer');
  return line;
}

type Parties = Pick<TransferLine, 'kind' | 'fromId' | 'toId'>;

/** The conversations that take part in a transfer now: whoever undoes it needs the right for both. */
export const partiesOf = async (scope: Scope, line: Parties): Promise<readonly ConversationId[]> =>
  partiesBy(line, await leadTo(scope, [line.fromId, line.toId]));

function partiesBy({ kind, fromId, toId }: Parties, standing: ReadonlyMap<ConversationId, ConversationId>): readonly ConversationId[] {
  const now = (id: ConversationId): ConversationId => standing.get(id) ?? id;
  return [kind === 'merge' ? fromId : now(fromId), now(toId)];
}
