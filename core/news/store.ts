import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';

export async function insertVersion({ db, now }: WriteScope, version: string): Promise<void> {
  await db('installed_versions').insert({ version, installed_at: now().toISOString() }).onConflict('version').ignore();
}

/** Since when each version has been here; there are as many rows as there were updates. */
export async function findVersions({ db }: Scope): Promise<ReadonlyMap<string, string>> {
  const rows: { version: string; installed_at: string }[] = await db('installed_versions').select('version', 'installed_at').limit(1_000);
  return new Map(rows.map((row) => [row.version, row.installed_at]));
}

/** True when the agent was here before that version came and has not read of it. */
export async function isUnread({ db }: Scope, agentId: AgentId, version: string): Promise<boolean> {
  const row = await db('agents')
    .join('installed_versions', 'installed_versions.installed_at', '>', 'agents.created_at')
    .leftJoin('news_readings', (join) =>
      join.on('news_readings.agent_id', 'agents.id').andOn('news_readings.version', 'installed_versions.version'),
    )
    .where({ 'agents.id': agentId, 'installed_versions.version': version })
    .whereNull('news_readings.version')
    .first('agents.id');
  return row !== undefined;
}

export async function putReading({ db, now }: WriteScope, agentId: AgentId, version: string): Promise<void> {
  await db('news_readings').insert({ agent_id: agentId, version, read_at: now().toISOString() }).onConflict('agent_id').merge();
}

/** The version that last ran on a database of whatever age; null when it is older than this was noted. */
export async function lastVersion(db: Scope['db']): Promise<string | null> {
  if (!(await db.schema.hasTable('installed_versions'))) return null;
  const row: { version: string } | undefined = await db('installed_versions').orderBy('installed_at', 'desc').first('version');
  return row?.version ?? null;
}
