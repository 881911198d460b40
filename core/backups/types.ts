import type { BackupId } from '../lib/ids.ts';

export const TRIGGERS = ['night', 'button', 'command'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What went wrong, as far as there is a sentence of advice for it. */
export const PROBLEMS = [
  'no_restic',
  'no_room',
  'damaged',
  'wrong_key',
  'no_pg_dump',
  'old_pg_dump',
  'no_trial_database',
  'differs',
  'interrupted',
  // It is good, but another machine makes backups in the same place.
  'shared',
  // There were some, and now there are none: its disk is not mounted.
  'gone',
  // Of a target that is another machine.
  'no_target',
  'no_ssh',
  'unreachable',
  'host_key',
  'refused',
  'not_written',
  'other',
] as const;
export type Problem = (typeof PROBLEMS)[number];

/** What a restore can stumble over besides. */
export const RESTORE_PROBLEMS = [
  ...PROBLEMS,
  'no_backups',
  'no_moment',
  'newer_version',
  'other_database',
  'other_secret',
  'no_answer',
  'busy',
] as const;
export type RestoreProblem = (typeof RESTORE_PROBLEMS)[number];

/** `verified` = kept and restored on trial; `kept` = in the repository, but the trial found something wrong; `failed` = there is none. */
export type BackupState = 'running' | 'verified' | 'kept' | 'failed';

export interface Backup {
  readonly id: BackupId;
  readonly trigger: Trigger;
  readonly state: BackupState;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** restic's short name of the snapshot, for `centrala restore`; null while there is none. */
  readonly snapshot: string | null;
  /** Everything in it, and what it added to the repository after compression and without what was there before. */
  readonly bytes: number;
  readonly addedBytes: number;
  readonly files: number;
  /** What the trial compared. */
  readonly rows: number;
  readonly filesCompared: number;
  /** Null when nothing is wrong; `detail` is one English sentence. */
  readonly problem: Problem | null;
  readonly detail: string | null;
}

export const STEPS = ['copy', 'store', 'trial', 'tidy'] as const;

/** How far a backup is. `done` and `total` in bytes, 0 of 0 = cannot be said. */
export interface Progress {
  readonly step: (typeof STEPS)[number];
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
}

export type Report = (progress: Progress) => void;

export const RESTORE_STEPS = ['fetch', 'check', 'places'] as const;

/** How far a restore is. `done` and `total` in bytes, 0 of 0 = cannot be said. */
export interface RestoreProgress {
  readonly step: (typeof RESTORE_STEPS)[number];
  readonly done: number;
  readonly total: number;
}

export type RestoreReport = (progress: RestoreProgress) => void;

/** A backup that is older than this is an alarm. */
export const MAX_AGE_MS = 26 * 3_600_000;
