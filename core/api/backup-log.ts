import { z } from 'zod';
import type { LogState } from '../backups/log-runner.ts';
import { readsLog, saveLog } from '../backups/log-setting.ts';
import type { Scope } from '../db/scope.ts';
import { ConflictError } from '../lib/errors.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

const log = named(
  'BackupLog',
  z.strictObject({
    isPossible: z.boolean().describe('With SQLite; PostgreSQL has tools of its own.'),
    isOn: z.boolean(),
    shippedAt: z.iso.datetime().nullable().describe('Everything up to then is where the backups go.'),
    problem: z.string().nullable().describe('Why it was not the last time; one sentence.'),
  }),
);
const changes = named('BackupLogChanges', z.strictObject({ isOn: z.boolean() }));

export interface BackupLogParts {
  readonly isPossible: boolean;
  readonly state: () => LogState | null;
  readonly look: () => Promise<void>;
}

/** Whether each change is kept within seconds, and how far that is; for keys of administrators. */
export function backupLogEndpoints({ isPossible, state, look }: BackupLogParts): readonly Endpoint[] {
  const view = async (scope: Scope): Promise<z.input<typeof log>> => {
    const { shippedAt = null, problem = null } = state() ?? {};
    return { isPossible, isOn: isPossible && (await readsLog(scope)), shippedAt, problem };
  };
  return [
    endpoint({
      method: 'GET',
      path: '/backups/log',
      summary: 'Whether each change is kept within seconds',
      response: log,
      needs: 'administrator',
      handle: ({ scope }) => view(scope),
    }),
    endpoint({
      method: 'PATCH',
      path: '/backups/log',
      summary: 'Keep each change within seconds, or not',
      body: changes,
      response: log,
      needs: 'administrator',
      errors: { 409: '`not_sqlite`: PostgreSQL has tools of its own' },
      handle: async ({ scope, body }) => {
        if (!isPossible) throw new ConflictError('not_sqlite', 'Only SQLite has a log that is shipped', 'Use the tools of PostgreSQL.');
        await saveLog(scope, body.isOn);
        await look();
        return view(scope);
      },
    }),
  ];
}
