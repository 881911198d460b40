import { z } from 'zod';
import { recentBackups } from '../backups/list.ts';
import type { BackupRunner } from '../backups/runner.ts';
import { KEEP_LIMITS, type PERIODS, readSchedule, saveSchedule, TIME } from '../backups/schedule.ts';
import { type Backup, PROBLEMS, STEPS, TRIGGERS } from '../backups/types.ts';
import { isTimeZone } from '../http/format.ts';
import { ConflictError } from '../lib/errors.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id, named } from './schemas.ts';

const count = z.int().nonnegative();

const backup = named(
  'Backup',
  z.strictObject({
    id,
    trigger: z.enum(TRIGGERS).describe('`night`: on schedule.'),
    state: z
      .enum(['running', 'verified', 'kept', 'failed'])
      .describe('`verified`: restored on trial and compared; `kept`: there, but the trial found something; `failed`: there is none.'),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    snapshot: z.string().nullable().describe('What `centrala restore` takes.'),
    bytes: count,
    addedBytes: count.describe('New in the repository, compressed.'),
    files: count,
    rows: count.describe('Rows of the database that were compared.'),
    filesCompared: count,
    problem: z.enum(PROBLEMS).nullable(),
    detail: z.string().nullable().describe('One sentence.'),
  }),
);
const backups = named(
  'Backups',
  z.strictObject({
    items: z.array(backup).describe('The newest first, 60 at most.'),
    progress: z
      .strictObject({ step: z.enum(STEPS), done: count, total: count, secondsLeft: z.number().nullable() })
      .nullable()
      .describe('Of the one that this server is making; bytes, 0 of 0 = unknown.'),
  }),
);

const keep = (period: (typeof PERIODS)[number]) => z.int().min(KEEP_LIMITS[period][0]).max(KEEP_LIMITS[period][1]);
const schedule = z.strictObject({
  isDaily: z.boolean(),
  time: z.string().regex(TIME).describe('`02:30`'),
  timeZone: z.string().refine(isTimeZone).nullable().describe('`Europe/Warsaw`; null: that of the company.'),
  keep: z
    .strictObject({ daily: keep('daily'), weekly: keep('weekly'), monthly: keep('monthly') })
    .describe('Of so many days, weeks and months the last good one stays.'),
});
const backupSchedule = named('BackupSchedule', schedule);
const changes = named('BackupScheduleChanges', schedule.partial());

const view = (one: Backup): z.input<typeof backup> => ({ ...one });

/** What was kept, and keeping it now; for keys of administrators. */
export function backupEndpoints(runner: Pick<BackupRunner, 'begin' | 'progress'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/backups',
      summary: 'Backups, and the one under way',
      response: backups,
      needs: 'administrator',
      handle: async ({ scope }) => {
        return { items: (await recentBackups(scope)).map(view), progress: runner.progress() };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/backups',
      summary: 'Make a backup now',
      response: backups,
      needs: 'administrator',
      errors: { 409: '`backup_under_way`: wait for its end' },
      handle: async ({ scope }) => {
        if (!runner.begin('button')) throw new ConflictError('backup_under_way', 'A backup is under way', 'Wait for its end.');
        return { items: (await recentBackups(scope)).map(view), progress: runner.progress() };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/backups/schedule',
      summary: 'When backups are made, and how many stay',
      response: backupSchedule,
      needs: 'administrator',
      handle: ({ scope }) => readSchedule(scope),
    }),
    endpoint({
      method: 'PATCH',
      path: '/backups/schedule',
      summary: 'Change when backups are made, and how many stay',
      body: changes,
      response: backupSchedule,
      needs: 'administrator',
      handle: async ({ scope, body }) => {
        const { isDaily, time, timeZone, keep } = await readSchedule(scope);
        const zone = body.timeZone === undefined ? timeZone : body.timeZone;
        await saveSchedule(scope, { isDaily: body.isDaily ?? isDaily, time: body.time ?? time, timeZone: zone, keep: body.keep ?? keep });
        return readSchedule(scope);
      },
    }),
  ];
}
