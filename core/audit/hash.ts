import { chainHash } from '../ledger/chain.ts';
import type { AuditFact } from './types.ts';

export const hashOf = (seq: number, { at, area, act, agentId, origin, data }: AuditFact, previousHash: string): string =>
  chainHash([seq, at, area, act, agentId, origin, data], previousHash);
