import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import { listCanned } from '../canned-responses/list.ts';
import type { Scope } from '../db/scope.ts';
import { foldersFor } from '../folders/allow.ts';
import { pathOf } from '../folders/tree.ts';
import { listLabels } from '../labels/list.ts';
import type { AgentId, CannedResponseId, FolderId, InboxId, LabelId, TeamId } from '../lib/ids.ts';
import { listTeams } from '../teams/list.ts';
import { inboxNames } from './names-store.ts';
import { LABEL_FIELDS, type Reason, type RuleInput } from './types.ts';

/** What rules may name, in the order in which it is offered: folders where the actor may move, by their path ('' = the top one), agents who can work. */
export interface Names {
  readonly folders: ReadonlyMap<FolderId, string>;
  readonly labels: ReadonlyMap<LabelId, string>;
  readonly agents: ReadonlyMap<AgentId, string>;
  readonly teams: ReadonlyMap<TeamId, string>;
  readonly letters: ReadonlyMap<CannedResponseId, string>;
  readonly inboxes: ReadonlyMap<InboxId, string>;
}

const MAX_LETTERS = 1_000;

export async function readNames(scope: Scope): Promise<Names> {
  const folders = (await foldersFor(scope, 'move')).filter(({ ownerId }) => ownerId === null);
  const agents = (await listAgents(scope)).filter(({ status }) => status === 'active');
  const letters = (await listCanned(scope, { company: true, agentId: null }, { q: '', limit: MAX_LETTERS })).items;
  return {
    folders: new Map(folders.map(({ id }) => [id, pathOf(folders, id, '')])),
    labels: new Map((await listLabels(scope)).map(({ id, name }) => [id, name])),
    agents: new Map(agents.map((agent) => [agent.id, nameOf(agent) || agent.email])),
    teams: new Map((await listTeams(scope)).map(({ id, name }) => [id, name])),
    letters: new Map(letters.map(({ id, name }) => [id, name])),
    inboxes: await inboxNames(scope),
  };
}

/** The fields in which a rule names something that is gone. Empty = it is whole. */
export function brokenFields({ conditions, actions }: Pick<RuleInput, 'conditions' | 'actions'>, names: Names): readonly string[] {
  const { folderId, labelIds, assigneeId, teamId, answerId, notifyIds } = actions;
  const broken: string[] = [];
  if (folderId !== null && !names.folders.has(folderId)) broken.push('folderId');
  if (labelIds.some((id) => !names.labels.has(id))) broken.push('labelIds');
  if (assigneeId !== null && !names.agents.has(assigneeId)) broken.push('assigneeId');
  if (teamId !== null && !names.teams.has(teamId)) broken.push('teamId');
  if (answerId !== null && !names.letters.has(answerId)) broken.push('answerId');
  if (notifyIds.some((id) => !names.agents.has(id))) broken.push('notifyIds');
  if (conditions.some((one) => one.field === 'inbox' && !names.inboxes.has(one.inboxId))) broken.push('inbox');
  for (const one of conditions) if ('labelIds' in one && one.labelIds.some((id) => !names.labels.has(id))) broken.push(one.field);
  return broken;
}

/** Reasons with the names of an inbox or labels in place of their numbers. */
export const withNames = (reasons: readonly Reason[], { inboxes, labels }: Pick<Names, 'inboxes' | 'labels'>): readonly Reason[] =>
  reasons.map((one) => {
    const among: ReadonlyMap<number, string> | null = one.field === 'inbox' ? inboxes : isOfLabels(one) ? labels : null;
    if (among === null || one.value === undefined) return one;
    const ids = one.value.split(',').map((id) => among.get(Number(id)) ?? `#${id}`);
    return { ...one, value: ids.join(', ') };
  });

const isOfLabels = ({ field }: Reason): boolean => LABEL_FIELDS.some((one) => one === field);
