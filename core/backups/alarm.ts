import type { Scope } from '../db/scope.ts';
import type { LogState } from './log-runner.ts';
import { readSchedule } from './schedule.ts';
import { lastEnded, lastVerifiedAt } from './store.ts';
import { MAX_AGE_MS, type Problem } from './types.ts';

export interface BackupAlarm {
  /** `failed`: the last one did not come to a good end; `old`: there is none of the last 26 hours; `log`: changes are not brought away any more; `shared`: another machine makes backups in the same place. */
  readonly kind: 'failed' | 'old' | 'log' | 'shared';
  /** Of the last good one; null when there is none. */
  readonly verifiedAt: Date | null;
  readonly problem: Problem | null;
  readonly detail: string | null;
}

/**
 * What is wrong with the backups; null when all is well, or when they are switched off. One that failed counts until another one came to a good end,
 * also while that is being made. `since`: when the product began to be here.
 */
export async function backupAlarm(scope: Scope, since: Date): Promise<BackupAlarm | null> {
  const [{ isDaily }, verifiedAt, last] = await Promise.all([readSchedule(scope), lastVerifiedAt(scope), lastEnded(scope)]);
  if (!isDaily) return null;
  if (last && (last.state === 'failed' || last.state === 'kept'))
    return { kind: 'failed', verifiedAt, problem: last.problem, detail: last.detail };
  if (last?.problem === 'shared') return { kind: 'shared', verifiedAt, problem: last.problem, detail: last.detail };
  const ageMs = scope.now().getTime() - (verifiedAt ?? since).getTime();
  return ageMs > MAX_AGE_MS ? { kind: 'old', verifiedAt, problem: null, detail: null } : null;
}

/** The log that is shipped stands still when it is so much behind. */
export const LOG_MAX_LAG_MS = 10 * 60_000;

/** Whether the shipping of the log stands still; null also when none runs. */
export function logAlarm(state: LogState | null, now: Date): Pick<BackupAlarm, 'kind' | 'problem' | 'detail'> | null {
  if (state === null || now.getTime() - Date.parse(state.shippedAt ?? state.beganAt) < LOG_MAX_LAG_MS) return null;
  return { kind: 'log', problem: null, detail: state.problem };
}
