import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, TeamId } from '../lib/ids.ts';
import type { Team } from './types.ts';

interface Row {
  id: number;
  name: string;
  name_key: string;
  position: number;
  created_at: string;
  removed_at: string | null;
}

interface MemberRow {
  team_id: TeamId;
  agent_id: AgentId;
}

/** Two names with the same key are the same name. */
const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

/** In their order, each with its members. */
export async function allTeams({ db }: Scope): Promise<readonly Team[]> {
  const rows = await db<Row>('teams').whereNull('removed_at').orderBy(['position', 'id']);
  const members = Map.groupBy(await db<MemberRow>('team_members').orderBy('agent_id'), ({ team_id }) => team_id);
  return rows.map(({ id, name }) => ({
    id: id as TeamId,
    name,
    memberIds: (members.get(id as TeamId) ?? []).map(({ agent_id }) => agent_id),
  }));
}

/** Names by number, also of those that were removed. */
export async function namesOfTeams({ db }: Scope): Promise<ReadonlyMap<TeamId, string>> {
  return new Map((await db<Row>('teams').select('id', 'name')).map(({ id, name }) => [id as TeamId, name]));
}

/** Who is in which team; null = everybody. */
export async function memberships({ db }: Scope, ids: readonly AgentId[] | null): Promise<ReadonlyMap<AgentId, readonly TeamId[]>> {
  const query = db<MemberRow>('team_members as m').join('teams as t', 't.id', 'm.team_id').orderBy(['t.position', 't.id']);
  const rows: MemberRow[] = await (ids === null ? query : query.whereIn('m.agent_id', [...ids])).select('m.team_id', 'm.agent_id');
  const byAgent = Map.groupBy(rows, ({ agent_id }) => agent_id);
  return new Map([...byAgent].map(([id, own]) => [id, own.map(({ team_id }) => team_id)]));
}

export async function isNameTaken({ db }: Scope, name: string, except: TeamId | null): Promise<boolean> {
  const query = db<Row>('teams')
    .where({ name_key: keyOf(name) })
    .whereNull('removed_at');
  return (await (except === null ? query : query.whereNot({ id: except })).first('id')) !== undefined;
}

export async function insertTeam({ db, now }: WriteScope, name: string, position: number): Promise<TeamId> {
  const row = { name, name_key: keyOf(name), position, created_at: now().toISOString() };
  const [made] = await db<Row>('teams').insert(row).returning('id');
  if (!made) throw new Error('insert returned no row');
  return made.id as TeamId;
}

export async function renameTeam({ db }: WriteScope, id: TeamId, name: string): Promise<void> {
  await db<Row>('teams')
    .where({ id })
    .update({ name, name_key: keyOf(name) });
}

/** Gives each of these its place. */
export async function saveOrder({ db }: WriteScope, ids: readonly TeamId[]): Promise<void> {
  for (const [at, id] of ids.entries())
    await db<Row>('teams')
      .where({ id })
      .update({ position: at + 1 });
}

export async function addMembers({ db }: WriteScope, teamId: TeamId, ids: readonly AgentId[]): Promise<void> {
  for (const agentId of ids) await db('team_members').insert({ team_id: teamId, agent_id: agentId });
}

export async function dropMembers({ db }: WriteScope, teamId: TeamId, ids: readonly AgentId[]): Promise<void> {
  await db('team_members')
    .where({ team_id: teamId })
    .whereIn('agent_id', [...ids])
    .delete();
}

/** It has no members and no rights any more; its name stays for what happened before. */
export async function retireTeam({ db, now }: WriteScope, id: TeamId): Promise<void> {
  await db('team_members').where({ team_id: id }).delete();
  await db('team_folder_rights').where({ team_id: id }).delete();
  await db<Row>('teams').where({ id }).update({ removed_at: now().toISOString() });
}
