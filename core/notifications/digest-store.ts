import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import type { DigestEvery } from './events.ts';

export interface Digest {
  readonly agentId: AgentId;
  readonly every: Exclude<DigestEvery, 'never'>;
  /** What happened until then he was told of, or was there before he asked. */
  readonly toldAt: Date;
}

interface Row {
  agent_id: number;
  every: string;
  told_at: string;
}

const fromRow = (row: Row): Digest => ({
  agentId: row.agent_id as AgentId,
  every: row.every as Digest['every'],
  toldAt: new Date(row.told_at),
});

export async function findDigestOf({ db }: Scope, agentId: AgentId): Promise<DigestEvery> {
  const row = await db<Row>('notification_digests').where({ agent_id: agentId }).first();
  return row ? fromRow(row).every : 'never';
}

/** Of agents who can log in. */
export async function findDigests({ db }: Scope): Promise<readonly Digest[]> {
  const rows: Row[] = await db('notification_digests as d')
    .join('agents as a', 'a.id', 'd.agent_id')
    .where('a.status', 'active')
    .orderBy('d.agent_id')
    .select('d.agent_id', 'd.every', 'd.told_at');
  return rows.map(fromRow);
}

/** One who changes how often keeps until when he knows. */
export async function saveDigest({ db, now }: WriteScope, agentId: AgentId, every: DigestEvery): Promise<void> {
  if (every === 'never') await db('notification_digests').where({ agent_id: agentId }).delete();
  else
    await db('notification_digests')
      .insert({ agent_id: agentId, every, told_at: now().toISOString() })
      .onConflict('agent_id')
      .merge(['every']);
}

/** False when he was told meanwhile. */
export async function moveDigest({ db }: WriteScope, { agentId, toldAt }: Digest, to: Date): Promise<boolean> {
  const row = { agent_id: agentId, told_at: toldAt.toISOString() };
  return (await db('notification_digests').where(row).update({ told_at: to.toISOString() })) > 0;
}
