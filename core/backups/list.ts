import type { Scope } from '../db/scope.ts';
import { lastEnded, lastVerifiedAt, listBackups } from './store.ts';
import type { Backup } from './types.ts';

const SHOWN = 60;

/** What became of the last backups, the newest first. */
export const recentBackups = (scope: Scope): Promise<readonly Backup[]> => listBackups(scope, SHOWN);

/** When the last backup that was restored on trial began; null when there is none. */
export const lastGoodBackup = (scope: Scope): Promise<Date | null> => lastVerifiedAt(scope);

/** What became of the last one; null before the first. One that is under way says nothing yet. */
export const lastEndedBackup = (scope: Scope): Promise<Backup | null> => lastEnded(scope);
