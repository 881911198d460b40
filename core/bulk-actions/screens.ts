import type { Scope } from '../db/scope.ts';
import { foldersFor } from '../folders/allow.ts';
import { pathOf } from '../folders/tree.ts';
import type { KnownLabels } from '../labels/known.ts';
import type { AgentId, BulkActionId } from '../lib/ids.ts';
import { listTeams } from '../teams/list.ts';
import { findOwn, ownActions } from './begin.ts';
import { refusalsOf } from './refusals.ts';
import { type BulkLine, lineView, type Names } from './view.ts';

export interface BulkDeps {
  readonly labels: Pick<KnownLabels, 'read'>;
  /** People a conversation can be given to. */
  readonly agents: (scope: Scope) => Promise<readonly { readonly id: AgentId; readonly name: string }[]>;
}

/** What the actor has under way, or has just done, for above the list; `isShown` false: all of the last day. */
export async function bulkLines(scope: Scope, deps: BulkDeps, top: string, isShown = true): Promise<readonly BulkLine[]> {
  const actions = await ownActions(scope, isShown);
  if (actions.length === 0) return [];
  const names = await namesFor(scope, deps, top);
  return actions.map((action) => lineView(action, names, scope.now()));
}

/** One of them with what was refused. Raises not_found. */
export async function bulkScreen(scope: Scope, deps: BulkDeps, top: string, id: BulkActionId) {
  const action = await findOwn(scope, id);
  const refusals = (await refusalsOf(scope, id)).map((one) => ({ ...one, reason: SAID.has(one.reason) ? one.reason : 'other' }));
  return { isLive: false, line: lineView(action, await namesFor(scope, deps, top), scope.now()), refusals };
}

/** Reasons that there are words for. */
const SAID: ReadonlySet<string> = new Set([
  ...['not_found', 'forbidden', 'conversation_merged', 'conversation_is_spam', 'conversation_in_trash', 'conversation_sending'],
  ...['unknown', 'unseen', 'too_many_applied', 'past', 'changed', 'personal'],
]);

/** What can be chosen for many conversations: only folders that the actor may move to. */
export async function choicesScreen(scope: Scope, deps: BulkDeps, top: string) {
  const { agents, labels, folders, teams } = await namesFor(scope, deps, top);
  const movable = (await foldersFor(scope, 'move')).filter(({ ownerId }) => ownerId === null);
  return {
    mayChange: movable.length > 0,
    agents,
    labels,
    teams,
    places: movable.map(({ id }) => ({ id, path: pathOf(folders, id, top) })),
  };
}

async function namesFor(scope: Scope, deps: BulkDeps, top: string): Promise<Names> {
  return {
    labels: await deps.labels.read(scope),
    folders: await foldersFor(scope, 'see'),
    agents: await deps.agents(scope),
    teams: await listTeams(scope),
    top,
  };
}
