import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { isTimeZone } from '../http/format.ts';
import { orRedraw, readForm, typed } from '../http/params.ts';
import { formatDate } from '../lib/format-date.ts';
import { logAlarm } from './alarm.ts';
import { recentBackups } from './list.ts';
import type { LogState } from './log-runner.ts';
import { readsLog, saveLog } from './log-setting.ts';
import type { Outcome } from './outcome.ts';
import { PASSWORD, type PasswordAgain } from './password-again.ts';
import { outcomeView } from './restore-view.ts';
import type { BackupRunner } from './runner.ts';
import { KEEP_LIMITS, nextDue, type PERIODS, readSchedule, saveSchedule, TIME } from './schedule.ts';
import { backupLines } from './view.ts';

export interface BackupDeps {
  readonly runner: Pick<BackupRunner, 'begin' | 'progress'>;
  /** Where backups go as people call it (null: unreadable), and whether it is on the disk of the data. */
  readonly where: { readonly place: () => string | null; readonly isSameDisk: () => Promise<boolean> };
  readonly timeZone: (scope: Scope) => Promise<string>;
  /** Null before the first backup. */
  readonly recoveryKey: () => string | null;
  readonly passwordAgain: PasswordAgain;
  readonly lastRestore: () => Outcome | null;
  readonly logShipping: {
    /** PostgreSQL has tools of its own. */
    readonly isPossible: boolean;
    readonly state: () => LogState | null;
    readonly look: () => Promise<void>;
  };
}

const kept = (period: (typeof PERIODS)[number]) => {
  const [fewest, most] = KEEP_LIMITS[period];
  return z.coerce.number('backups.keep_wrong').int('backups.keep_wrong').min(fewest, 'backups.keep_wrong').max(most, 'backups.keep_wrong');
};

const SCHEDULE = z.object({
  isDaily: z.preprocess((value) => [value].flat().at(-1), z.enum(['on', 'off'])),
  time: z.string().trim().regex(TIME, 'backups.time_wrong'),
  /** Empty: that of the company. */
  timeZone: z
    .string()
    .default('')
    .refine((zone) => zone === '' || isTimeZone(zone), 'settings.general.timeZoneWrong'),
  keepDaily: kept('daily'),
  keepWeekly: kept('weekly'),
  keepMonthly: kept('monthly'),
  /** Only where the log of SQLite can be shipped. */
  isLogged: z.preprocess((value) => [value].flat().at(-1), z.enum(['on', 'off']).optional()),
});

/** Settings → Backups: what was kept and tried, the next one, its time, and the recovery key. */
export function backupRoutes({
  runner,
  where,
  timeZone,
  recoveryKey,
  passwordAgain,
  lastRestore,
  logShipping,
}: BackupDeps): readonly Route[] {
  const state = async (ctx: PageContext) => ({
    progress: runner.progress(),
    ...backupLines(await recentBackups(ctx.scope)),
  });
  const show = async (ctx: PageContext, more: { errors?: Readonly<Record<string, string>>; key?: string } = {}): Promise<void> => {
    const { errors = {}, key = null } = more;
    const { isDaily, time, timeZone: chosen, keep } = await readSchedule(ctx.scope);
    const shipping = logShipping.state();
    const isBehind = logAlarm(shipping, ctx.scope.now()) !== null;
    const log = !logShipping.isPossible ? null : { isOn: await readsLog(ctx.scope), ...shipping, isBehind };
    const stored = { isDaily, time, timeZone: chosen ?? '', keepDaily: keep.daily, keepWeekly: keep.weekly, keepMonthly: keep.monthly };
    const isSchedule = ['time', 'timeZone', 'keepDaily', 'keepWeekly', 'keepMonthly'].some((name) => name in errors);
    const entered = typed(ctx, 'time', 'timeZone', 'keepDaily', 'keepWeekly', 'keepMonthly');
    const values = isSchedule ? { ...entered, isDaily: [ctx.form['isDaily']].flat().at(-1) === 'on' } : stored;
    const ofCompany = await timeZone(ctx.scope);
    const zone = chosen ?? ofCompany;
    const next = isDaily ? nextDue(time, zone, ctx.scope.now()) : null;
    const last = lastRestore();
    const restored = last && outcomeView(last);
    const isWrong = Object.keys(errors).length > 0;
    ctx.page(
      'backups/show',
      {
        ...(await state(ctx)),
        values,
        errors,
        key,
        hasKey: recoveryKey() !== null,
        log,
        next: next && formatDate(next, 'datetime', ctx.language, zone),
        zone,
        zones: [{ value: '', text: ctx.t('backups.companyZone', { zone: ofCompany }) }, ...Intl.supportedValuesOf('timeZone')],
        restored,
        where: { place: where.place(), isSameDisk: await where.isSameDisk() },
      },
      isWrong ? 422 : 200,
    );
  };

  const begin = (ctx: PageContext): void => {
    if (!runner.begin('button')) ctx.toast(ctx.t('backups.under_way'), 'problem');
    ctx.seeOther('/backups');
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const {
          isLogged,
          isDaily,
          time,
          timeZone: zone,
          keepDaily: daily,
          keepWeekly: weekly,
          keepMonthly: monthly,
        } = readForm(SCHEDULE, ctx.form);
        await saveSchedule(ctx.scope, { isDaily: isDaily === 'on', time, timeZone: zone || null, keep: { daily, weekly, monthly } });
        if (isLogged) await saveLog(ctx.scope, isLogged === 'on');
        await logShipping.look();
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/backups');
      },
      (errors) => show(ctx, { errors }),
    );

  // A stolen session must not carry away all that was ever kept.
  const reveal = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await passwordAgain(ctx.scope, ctx.agent, readForm(PASSWORD, ctx.form).current);
        ctx.set('Cache-Control', 'no-store');
        await show(ctx, { key: recoveryKey() ?? '' });
      },
      (errors) => show(ctx, { errors }),
    );

  return [
    { method: 'GET', path: '/backups', may: 'administrator', handle: (ctx) => show(ctx) },
    {
      method: 'GET',
      path: '/backups/state',
      may: 'administrator',
      handle: async (ctx) => ctx.fragment('backups/_state', await state(ctx)),
    },
    { method: 'POST', path: '/backups', may: 'administrator', handle: begin },
    { method: 'POST', path: '/backups/schedule', may: 'administrator', handle: save },
    { method: 'POST', path: '/backups/key', may: 'administrator', handle: reveal },
  ];
}
