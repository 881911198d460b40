import type { Scope } from '../db/scope.ts';
import { sightOf } from '../folders/sight.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { MessageId, RuleActId, RuleId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, isCursorId, type Page } from '../lib/page.ts';
import { actsOfRule, actsOnMessages, findActById, lastFailures } from './acts-store.ts';
import type { RuleAct } from './types.ts';

/** An act with the subject of its conversation. */
export interface ListedAct extends RuleAct {
  readonly subject: string;
}

/** Raises not_found. Whether the actor may see it says its conversation. */
export async function findAct(scope: Scope, id: RuleActId): Promise<RuleAct> {
  const found = await findActById(scope, id);
  if (!found) throw new NotFoundError('What the rule did');
  const { memory: _, ...act } = found;
  return act;
}

/** What rules did to these messages, oldest first. Names of folders that the actor does not see are left out. */
export async function actsOn(scope: Scope, ids: readonly MessageId[]): Promise<readonly RuleAct[]> {
  return ids.length === 0 ? [] : withoutHidden(scope, await actsOnMessages(scope, ids));
}

/** What a rule did and failed to do, newest first, in conversations that the actor sees. Raises invalid for a cursor that is none. */
export async function listActs(
  scope: Scope,
  id: RuleId,
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
): Promise<Page<ListedAct>> {
  const rows = await actsOfRule(scope, id, beforeOf(cursor), limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: await withoutHidden(scope, items), next: last && rows.length > limit ? encodeCursor([last.id]) : null };
}

/** Which rules failed since somebody last changed them. */
export const failuresOfRules = lastFailures;

function beforeOf(cursor: string | null): number | null {
  if (cursor === null) return null;
  const [id] = decodeCursor(cursor, 1) ?? [];
  if (!isCursorId(id)) throw new InvalidError({ cursor: 'is not a cursor of this list' });
  return id;
}

async function withoutHidden<T extends RuleAct>(scope: Scope, acts: readonly T[]): Promise<readonly T[]> {
  const isNamed = acts.some(({ deeds }) => deeds.some(({ kind }) => kind === 'folder'));
  const sight = isNamed ? await sightOf(scope) : null;
  if (sight === null) return acts;
  const seen: ReadonlySet<number> = new Set(sight.folderIds);
  return acts.map((act) => ({
    ...act,
    deeds: act.deeds.map((deed) => (deed.kind === 'folder' && !seen.has(deed.id ?? 0) ? { kind: deed.kind, name: '' } : deed)),
  }));
}
