import type { Scope } from '../db/scope.ts';
import type { RawInboundId } from '../lib/ids.ts';
import { findRawInbound } from './store.ts';
import type { Verdict } from './verdict.ts';

/** What the judges found out about a received thing; null when nobody judged it. */
export const verdictOf = async (scope: Scope, id: RawInboundId): Promise<Verdict | null> =>
  (await findRawInbound(scope, id))?.verdict ?? null;
