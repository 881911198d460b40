import type { WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { useAllResets } from './store.ts';

/** From now on no link that was sent before sets the agent's password, invitations included: another one was chosen, it went to an address that is not his, or he was disabled. */
export const voidLinks = (tx: WriteScope, agentId: AgentId): Promise<void> => useAllResets(tx, agentId);
