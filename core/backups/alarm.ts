import type { Scope } from '../db/scope.ts';
import { readSchedule } from './schedule.ts';
import { lastVerifiedAt, listBackups } from './store.ts';
import { MAX_AGE_MS, type Problem } from './types.ts';

export interface BackupAlarm {
  /** `failed`: the last one did not come to a good end; `old`: there is none of the last 26 hours. */
  readonly kind: 'failed' | 'old';
  /** Of the last good one; null when there is none. */
  readonly verifiedAt: Date | null;
  readonly problem: Problem | null;
  readonly detail: string | null;
}

/** What is wrong with the backups; null when all is well, or when they are switched off. `since`: when the product began to be here. */
export async function backupAlarm(scope: Scope, since: Date): Promise<BackupAlarm | null> {
  const [{ isDaily }, verifiedAt, [last]] = await Promise.all([readSchedule(scope), lastVerifiedAt(scope), listBackups(scope, 1)]);
  if (!isDaily) return null;
  if (last && (last.state === 'failed' || last.state === 'kept'))
    return { kind: 'failed', verifiedAt, problem: last.problem, detail: last.detail };
  const ageMs = scope.now().getTime() - (verifiedAt ?? since).getTime();
  return ageMs > MAX_AGE_MS ? { kind: 'old', verifiedAt, problem: null, detail: null } : null;
}
