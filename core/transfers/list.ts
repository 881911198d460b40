import { leadsTo } from '../conversations/evidence.ts';
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
  const masked = lines.map((line) => ({
    ...line,
    ...(hidden(line.fromId) ? { fromSubject: '' } : {}),
    ...(hidden(line.toId) ? { toSubject: '' } : {}),
  }));
  return { lines: masked, family };
}

/** One of them. Raises not_found. */
export async function findTransferLine(scope: Scope, id: TransferId): Promise<TransferLine> {
  const line = await findLine(scope, id);
  if (!line) throw new NotFoundError('Transfer');
  return line;
}

/** The conversations that take part in a transfer now: whoever undoes it needs the right for both. */
export const partiesOf = async (scope: Scope, line: Pick<TransferLine, 'kind' | 'fromId' | 'toId'>): Promise<readonly ConversationId[]> => [
  line.kind === 'merge' ? line.fromId : await leadsTo(scope, line.fromId),
  await leadsTo(scope, line.toId),
];
