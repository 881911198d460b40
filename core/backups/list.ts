import type { Scope } from '../db/scope.ts';
import { lastVerifiedAt, listBackups } from './store.ts';
import type { Backup } from './types.ts';

const SHOWN = 60;

/** What became of the last backups, the newest first. */
export const recentBackups = (scope: Scope): Promise<readonly Backup[]> => listBackups(scope, SHOWN);

/** When the last backup that was restored on trial began; null when there is none. */
export const lastGoodBackup = (scope: Scope): Promise<Date | null> => lastVerifiedAt(scope);
