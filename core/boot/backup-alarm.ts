import { type BackupAlarm, backupAlarm, logAlarm } from '../backups/alarm.ts';
import { lastVerifiedAt } from '../backups/store.ts';
import type { Foundation } from './foundation.ts';
import type { LogShipping } from './log-shipping.ts';

/** An alarm that lasts is told again after this. */
const TELL_AGAIN_MS = 24 * 3_600_000;

export interface BackupWatch {
  /** What every page of an administrator says; null when all is well. */
  alarm(): BackupAlarm | null;
  look(): Promise<void>;
}

/** Looks each minute, in each process, since its pages say it: after a backup of another one, or of the command, too. The one with the clock tells administrators. */
export function watchBackups(
  { scope, schedule, peers, log }: Pick<Foundation, 'scope' | 'schedule' | 'peers' | 'log'>,
  logShipping: Pick<LogShipping, 'state'>,
  tell: (about: BackupAlarm) => Promise<void>,
): BackupWatch {
  const startedAt = scope.now();
  let alarm: BackupAlarm | null = null;
  let told: { kind: BackupAlarm['kind']; atMs: number } | null = null;
  const look = async (): Promise<void> => {
    const still = logAlarm(logShipping.state(), scope.now());
    alarm = (await backupAlarm(scope, startedAt)) ?? (still && { ...still, verifiedAt: await lastVerifiedAt(scope) });
    if (alarm === null) told = null;
    else if (peers.holds('clock') && (told?.kind !== alarm.kind || scope.now().getTime() - told.atMs > TELL_AGAIN_MS)) {
      told = { kind: alarm.kind, atMs: scope.now().getTime() };
      log.error('no_good_backup', { kind: alarm.kind, problem: alarm.problem, detail: alarm.detail });
      await tell(alarm);
    }
  };
  schedule.everywhere('* * * * *', 'backup alarm', look);
  return { alarm: () => alarm, look };
}
