import type { Scope, WriteScope } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, CannedResponseId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { fold, storable } from '../lib/text.ts';
import { teamsOf } from '../teams/list.ts';
import { companyNames, countUse, findCanned, foldersOf, listByName, listByUse, type Wanted } from './store.ts';
import type { CannedResponse } from './types.ts';

const MAX_WORDS = 6;
const CHOICES = 30;

/** Whose are listed. */
export type Listed = Pick<Wanted, 'company' | 'teamsOf' | 'agentId'>;

/** One page by name; `q` = words of which each is in name, folder or text. Raises invalid for a cursor that is none. */
export async function listCanned(
  scope: Scope,
  listed: Listed,
  { q, cursor, limit }: { readonly q: string; readonly cursor?: string | null | undefined; readonly limit: number },
): Promise<Page<CannedResponse>> {
  const rows = await listByName(scope, { ...listed, words: wordsOf(q) }, afterOf(cursor ?? null), limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ nameKey: _, ...one }) => one),
    next: last && rows.length > limit ? encodeCursor([last.nameKey, last.id]) : null,
  };
}

/** What an agent may put into an answer in a channel, the best first; `channel` null = not known yet. */
export const choicesFor = (scope: Scope, agentId: AgentId, channel: string | null, q: string): Promise<readonly CannedResponse[]> =>
  listByUse(scope, { company: true, teamsOf: agentId, agentId, words: wordsOf(q), ...(channel === null ? {} : { channel }) }, CHOICES);

/** One of the company, of a team that this agent is in, or his own. Raises not_found. */
export async function usableCanned(scope: Scope, agentId: AgentId, id: CannedResponseId): Promise<CannedResponse> {
  const found = await findCanned(scope, id);
  if (!found || (found.ownerId !== null && found.ownerId !== agentId)) throw new NotFoundError('The template');
  if (found.teamId !== null && !(await teamsOf(scope, [agentId])).get(agentId)?.includes(found.teamId))
    throw new NotFoundError('The template');
  return found;
}

/** Notes that it went into an answer. */
export const noteUse = (tx: WriteScope, id: CannedResponseId): Promise<void> => countUse(tx, id);

/** What those of the company and its teams are called, by their ids. */
export const companyTemplateNames = companyNames;

/** Folders in use, for the next one to be put there. */
export const listCannedFolders = foldersOf;

const wordsOf = (q: string): readonly string[] =>
  fold(storable(q).slice(0, 200))
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);

function afterOf(cursor: string | null): { readonly nameKey: string; readonly id: number } | null {
  if (cursor === null) return null;
  const [nameKey, id] = decodeCursor(cursor, 2) ?? [];
  if (typeof nameKey !== 'string' || !isCursorId(id)) throw new InvalidError({ cursor: 'is not a cursor of this list' });
  return { nameKey, id };
}
