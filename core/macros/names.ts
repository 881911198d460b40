import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import type { MacroActions } from '../canned-responses/actions.ts';
import type { Scope } from '../db/scope.ts';
import { foldersFor } from '../folders/allow.ts';
import { pathOf } from '../folders/tree.ts';
import type { Translate } from '../http/context.ts';
import { listLabels } from '../labels/list.ts';
import { InvalidError } from '../lib/errors.ts';
import { listTeams } from '../teams/list.ts';

const byId = <Id extends number>(all: readonly (readonly [Id, string])[]): ReadonlyMap<number, string> => new Map(all);

/** What a template may name: labels, people who can work, teams, folders to which the actor may move. */
export async function macroNames(scope: Scope, top: string) {
  const folders = (await foldersFor(scope, 'move')).filter(({ ownerId }) => ownerId === null);
  const agents = (await listAgents(scope)).filter(({ status }) => status === 'active');
  return {
    labels: byId((await listLabels(scope)).map(({ id, name }) => [id, name] as const)),
    teams: byId((await listTeams(scope)).map(({ id, name }) => [id, name] as const)),
    agents: byId(agents.map((agent) => [agent.id, nameOf(agent) || agent.email] as const)),
    folders: byId(folders.map(({ id }) => [id, pathOf(folders, id, top)] as const)),
  };
}
export type MacroNames = Awaited<ReturnType<typeof macroNames>>;

/** Raises invalid with what is not there, or cannot be together. */
export function expectKnown({ labelIds, assignee, teamId, close, snoozeDays, folderId }: MacroActions, names: MacroNames): void {
  const wrong: Record<string, string> = {};
  if (labelIds.some((id) => !names.labels.has(id))) wrong['labelIds'] = 'macros.problem.gone';
  if (typeof assignee === 'number' && !names.agents.has(assignee)) wrong['assignee'] = 'macros.problem.gone';
  if (teamId !== null && (assignee !== null || !names.teams.has(teamId))) wrong['assignee'] = 'macros.problem.gone';
  if (folderId !== null && !names.folders.has(folderId)) wrong['folderId'] = 'macros.problem.gone';
  if (close && snoozeDays !== null) wrong['snoozeDays'] = 'macros.problem.close_or_snooze';
  if (Object.keys(wrong).length > 0) throw new InvalidError(wrong);
}

/** What will be done, in words: "zamknie rozmowę, przydzieli Tobie". What is gone, or not for the actor, is left out. */
export function macroWords(
  t: Translate,
  { labelIds, assignee, teamId, close, snoozeDays, folderId }: MacroActions,
  names: MacroNames,
): string {
  const named = (key: string, name: string | undefined): readonly string[] =>
    name === undefined ? [] : [t(`macros.will.${key}`, { name })];
  return [
    ...labelIds.flatMap((id) => named('label', names.labels.get(id))),
    ...(assignee === 'me' ? [t('macros.will.mine')] : named('assign', assignee === null ? undefined : names.agents.get(assignee))),
    ...named('team', teamId === null ? undefined : names.teams.get(teamId)),
    ...(close ? [t('macros.will.close')] : []),
    ...(snoozeDays === null ? [] : [t('macros.will.snooze', { n: snoozeDays })]),
    ...named('file', folderId === null ? undefined : names.folders.get(folderId)),
  ].join(', ');
}
