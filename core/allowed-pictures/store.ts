import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';

export const hasSender = async ({ db }: Scope, sender: string): Promise<boolean> =>
  (await db('allowed_pictures').where({ sender }).first('sender')) !== undefined;

export async function insertSender({ db, now }: WriteScope, agentId: AgentId, sender: string): Promise<void> {
  await db('allowed_pictures').insert({ sender, agent_id: agentId, created_at: now().toISOString() }).onConflict('sender').ignore();
}

export async function deleteSender({ db }: WriteScope, sender: string): Promise<void> {
  await db('allowed_pictures').where({ sender }).delete();
}
