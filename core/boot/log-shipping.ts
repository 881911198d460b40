import { environmentOf } from '../../config/config.ts';
import { logDir } from '../backups/log-place.ts';
import { createLogRunner, type LogRunner } from '../backups/log-runner.ts';
import { readsLog } from '../backups/log-setting.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

export interface LogShipping extends Pick<LogRunner, 'state'> {
  /** Looks now whether it should run. */
  look(): Promise<void>;
  /** Where the log would go; null where none is shipped: PostgreSQL, or backups on another machine. */
  dir(): string | null;
}

const STOP_MS = 10_000;

/** Brings each change of SQLite to the folder of the backups, while the settings say so. */
export async function startLogShipping({ config, scope, schedule, log }: Foundation, shutdown: Shutdown): Promise<LogShipping> {
  const runner = createLogRunner(environmentOf(config), log);
  const dir = (): string | null => (config.databaseUrl === null ? logDir(config.backup) : null);
  const look = async (): Promise<void> => runner.set(dir() !== null && (await readsLog(scope)));
  shutdown.add('log shipping', () => runner.stop(), STOP_MS);
  await look();
  // One that ended by a fault begins again; one whose place changed ends.
  schedule.every('23 * * * * *', 'log_shipping', look);
  return { look, dir, state: runner.state };
}
