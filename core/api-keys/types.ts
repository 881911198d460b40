import type { AgentId, ApiKeyId } from '../lib/ids.ts';

/** A key a program acts with in the name of an agent. The key itself is shown once and never stored. */
export interface ApiKey {
  readonly id: ApiKeyId;
  readonly agentId: AgentId;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}
