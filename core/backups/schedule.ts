import { type Scope, transact } from '../db/scope.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';

/** When the machine makes a backup by itself. */
export interface BackupSchedule {
  readonly isDaily: boolean;
  /** "02:30" in the company's time zone. */
  readonly time: string;
}

const KEYS = { isDaily: 'backups.daily', time: 'backups.time' } as const;
export const USUAL_TIME = '02:30';

export async function readSchedule(scope: Scope): Promise<BackupSchedule> {
  const [daily, time] = [await readSetting(scope, KEYS.isDaily), await readSetting(scope, KEYS.time)];
  return { isDaily: daily !== 'no', time: time ?? USUAL_TIME };
}

export async function saveSchedule(scope: Scope, { isDaily, time }: BackupSchedule): Promise<void> {
  await transact(scope, async (tx) => {
    await writeSetting(tx, KEYS.isDaily, isDaily ? 'yes' : 'no');
    await writeSetting(tx, KEYS.time, time);
  });
}

/** The last moment at which it was `time` in this time zone: when the newest backup should have begun. */
export function lastDue(time: string, timeZone: string, now: Date): Date {
  const zoned = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  const at = (days: number): number =>
    zoned
      .toPlainDate()
      .subtract({ days })
      .toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  return new Date(at(0) <= now.getTime() ? at(0) : at(1));
}
