import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, InboxId } from '../lib/ids.ts';

export async function ownDefault({ db }: Scope, agentId: AgentId): Promise<InboxId | null> {
  return (await db('agents').where({ id: agentId }).first('default_inbox_id'))?.default_inbox_id ?? null;
}

export async function updateOwnDefault({ db }: WriteScope, agentId: AgentId, id: InboxId | null): Promise<void> {
  await db('agents').where({ id: agentId }).update({ default_inbox_id: id });
}
