import { z } from 'zod';
import { recentBackups } from '../backups/list.ts';
import type { BackupRunner } from '../backups/runner.ts';
import { type Backup, PROBLEMS, STEPS, TRIGGERS } from '../backups/types.ts';
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
  ];
}
