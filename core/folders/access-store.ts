import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, FolderId, TeamId } from '../lib/ids.ts';

/** What was said about an agent and a folder, or what follows from it; `rank` is a place in LEVELS. */
export interface Right {
  readonly agentId: AgentId;
  readonly folderId: FolderId;
  readonly rank: number;
}

interface Row {
  agent_id: AgentId;
  folder_id: FolderId;
  level: number;
}

const fromRow = ({ agent_id, folder_id, level }: Row): Right => ({ agentId: agent_id, folderId: folder_id, rank: level });

/** Agents with whether they are administrators; null = all. */
export async function agentsFor({ db }: Scope, ids: readonly AgentId[] | null) {
  const query = db('agents').orderBy('id').select('id', 'role');
  const rows: { id: AgentId; role: string }[] = await (ids === null ? query : query.whereIn('id', [...ids]));
  return rows.map(({ id, role }) => ({ id, isAdministrator: role === 'administrator' }));
}

/** What was said; null = about everybody. */
export async function rightsOf({ db }: Scope, ids: readonly AgentId[] | null): Promise<readonly Right[]> {
  const query = db<Row>('folder_rights');
  return (await (ids === null ? query : query.whereIn('agent_id', [...ids]))).map(fromRow);
}

export async function accessOf({ db }: Scope, ids: readonly AgentId[] | null): Promise<readonly Right[]> {
  const query = db<Row>('folder_access');
  return (await (ids === null ? query : query.whereIn('agent_id', [...ids]))).map(fromRow);
}

/** Who of these agents may do at least that much in a folder. */
export const agentsWith = ({ db }: Scope, folderId: FolderId, rank: number, ids: readonly AgentId[]): Promise<readonly AgentId[]> =>
  db('folder_access')
    .where({ folder_id: folderId })
    .where('level', '>=', rank)
    .whereIn('agent_id', [...ids])
    .pluck('agent_id');

/** What was said about a team and a folder. */
export interface TeamRight {
  readonly teamId: TeamId;
  readonly folderId: FolderId;
  readonly rank: number;
}

/** What was said about all teams. */
export async function teamRights({ db }: Scope): Promise<readonly TeamRight[]> {
  const rows: { team_id: TeamId; folder_id: FolderId; level: number }[] = await db('team_folder_rights');
  return rows.map(({ team_id, folder_id, level }) => ({ teamId: team_id, folderId: folder_id, rank: level }));
}

/** Null = nothing is said any more: what holds in the folder above holds here, and in the top one nothing. */
export async function putTeamRight(tx: WriteScope, { teamId, folderId, rank }: Omit<TeamRight, 'rank'> & { readonly rank: number | null }) {
  await putLevel(tx, 'team_folder_rights', { folder_id: folderId, team_id: teamId }, rank);
}

/** Null = nothing is said any more: what holds in the folder above holds here. */
export async function putRight(tx: WriteScope, { agentId, folderId, rank }: Omit<Right, 'rank'> & { readonly rank: number | null }) {
  await putLevel(tx, 'folder_rights', { folder_id: folderId, agent_id: agentId }, rank);
}

async function putLevel({ db }: WriteScope, table: string, key: Readonly<Record<string, number>>, level: number | null): Promise<void> {
  if (level === null) await db(table).where(key).delete();
  else
    await db(table)
      .insert({ ...key, level })
      .onConflict(Object.keys(key))
      .merge();
}

export async function putAccess({ db }: WriteScope, rows: readonly Right[]): Promise<void> {
  // SQLite takes at most 500 rows in one statement.
  for (let from = 0; from < rows.length; from += 100)
    await db('folder_access')
      .insert(rows.slice(from, from + 100).map(({ agentId, folderId, rank }) => ({ agent_id: agentId, folder_id: folderId, level: rank })))
      .onConflict(['agent_id', 'folder_id'])
      .merge();
}

export async function deleteAccess({ db }: WriteScope, rows: readonly Right[]): Promise<void> {
  for (const [agentId, ofAgent] of Map.groupBy(rows, (row) => row.agentId))
    await db('folder_access')
      .where({ agent_id: agentId })
      .whereIn(
        'folder_id',
        ofAgent.map(({ folderId }) => folderId),
      )
      .delete();
}

/** The folders that an agent sees, each with what he may do there, and how many there are for those who see all. */
export async function sightRows({ db }: Scope, agentId: AgentId): Promise<{ readonly seen: readonly Right[]; readonly total: number }> {
  const rows: (Row & { total: number | string })[] = await db('folder_access')
    .where({ agent_id: agentId })
    .select('agent_id', 'folder_id', 'level', db.raw('(select count(*) from folders) as total'));
  return { seen: rows.map(fromRow), total: Number(rows[0]?.total ?? 0) };
}
