import { type Scope, transact } from '../db/scope.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';

/** When the machine makes a backup by itself. */
export interface BackupSchedule {
  readonly isDaily: boolean;
  /** "02:30". */
  readonly time: string;
  /** Null: that of the company. */
  readonly timeZone: string | null;
  readonly keep: Keep;
}

/** Of so many days, weeks and months the last good backup stays. One day at least, so that the newest good one never goes. */
export type Keep = Readonly<Record<Period, number>>;

export const PERIODS = ['daily', 'weekly', 'monthly'] as const;
export type Period = (typeof PERIODS)[number];
/** The fewest and the most. */
export const KEEP_LIMITS = { daily: [1, 366], weekly: [0, 104], monthly: [0, 120] } as const satisfies Record<
  Period,
  readonly [number, number]
>;
const USUAL = { daily: 7, weekly: 4, monthly: 12 };

const KEYS = { isDaily: 'backups.daily', time: 'backups.time', timeZone: 'backups.time_zone' } as const;
const keepKey = (period: Period): string => `backups.keep_${period}`;
export const USUAL_TIME = '02:30';
/** "02:30". */
export const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export async function readSchedule(scope: Scope): Promise<BackupSchedule> {
  const [daily, time] = [await readSetting(scope, KEYS.isDaily), await readSetting(scope, KEYS.time)];
  const timeZone = await readSetting(scope, KEYS.timeZone);
  const keep = { ...USUAL };
  for (const period of PERIODS) keep[period] = Number((await readSetting(scope, keepKey(period))) ?? USUAL[period]);
  return { isDaily: daily !== 'no', time: time ?? USUAL_TIME, timeZone: timeZone || null, keep };
}

export async function saveSchedule(scope: Scope, { isDaily, time, timeZone, keep }: BackupSchedule): Promise<void> {
  await transact(scope, async (tx) => {
    await writeSetting(tx, KEYS.isDaily, isDaily ? 'yes' : 'no');
    await writeSetting(tx, KEYS.time, time);
    await writeSetting(tx, KEYS.timeZone, timeZone ?? '');
    for (const period of PERIODS) await writeSetting(tx, keepKey(period), String(keep[period]));
  });
}

/** The last moment at which it was `time` in this time zone: when the newest backup should have begun. */
export function lastDue(time: string, timeZone: string, now: Date): Date {
  const today = dueOf(time, timeZone, now, 0);
  return today <= now ? today : dueOf(time, timeZone, now, -1);
}

/** The next one. */
export function nextDue(time: string, timeZone: string, now: Date): Date {
  const today = dueOf(time, timeZone, now, 0);
  return today > now ? today : dueOf(time, timeZone, now, 1);
}

/** So many days from the day that it is there now. */
function dueOf(time: string, timeZone: string, now: Date, days: number): Date {
  const day = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().add({ days });
  return new Date(day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds);
}
