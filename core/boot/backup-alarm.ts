import { type BackupAlarm, backupAlarm, logAlarm } from '../backups/alarm.ts';
import { lastVerifiedAt } from '../backups/store.ts';
import { type Scope, transact } from '../db/scope.ts';
import { noteSetting, readSetting } from '../settings/settings.ts';
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
  const look = async (): Promise<void> => {
    const still = logAlarm(logShipping.state(), scope.now());
    alarm = (await backupAlarm(scope, startedAt)) ?? (still && { ...still, verifiedAt: await lastVerifiedAt(scope) });
    if (!peers.holds('clock')) return;
    const told = await readTold(scope);
    if (alarm === null) {
      if (told !== null) await noteTold(scope, null);
    } else if (told?.kind !== alarm.kind || scope.now().getTime() - told.atMs > TELL_AGAIN_MS) {
      await noteTold(scope, { kind: alarm.kind, atMs: scope.now().getTime() });
      log.error('no_good_backup', { kind: alarm.kind, problem: alarm.problem, detail: alarm.detail });
      await tell(alarm);
    }
  };
  schedule.everywhere('* * * * *', 'backup alarm', look);
  return { alarm: () => alarm, look };
}

/** What was told last, and is not over: kept, since a restart or another process with the clock is no reason to tell it again. */
interface Told {
  readonly kind: BackupAlarm['kind'];
  readonly atMs: number;
}

const KEY = 'backups.told';

const readTold = async (scope: Scope): Promise<Told | null> => JSON.parse((await readSetting(scope, KEY)) ?? 'null');

const noteTold = (scope: Scope, told: Told | null): Promise<void> => transact(scope, (tx) => noteSetting(tx, KEY, JSON.stringify(told)));
