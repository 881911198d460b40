import { environmentOf } from '../../config/config.ts';
import { createLogRunner, type LogRunner } from '../backups/log-runner.ts';
import { readsLog } from '../backups/log-setting.ts';
import { readTarget } from '../backups/target-file.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

export interface LogShipping extends Pick<LogRunner, 'state'> {
  /** Looks now whether it should run. */
  look(): Promise<void>;
  /** PostgreSQL has tools of its own. */
  readonly isPossible: boolean;
}

const STOP_MS = 10_000;

/** Brings each change of SQLite to where the backups go, while the settings say so. */
export async function startLogShipping({ config, scope, schedule, log }: Foundation, shutdown: Shutdown): Promise<LogShipping> {
  const runner = createLogRunner(environmentOf(config), log, scope.now);
  const isPossible = config.databaseUrl === null;
  const look = async (): Promise<void> => {
    const target = isPossible && (await readsLog(scope)) ? readTarget(config.backup) : null;
    runner.set(target && JSON.stringify(target));
  };
  shutdown.add('log shipping', () => runner.stop(), STOP_MS);
  await look();
  // One that ended by a fault begins again; one whose place changed ends.
  schedule.every('23 * * * * *', 'log_shipping', look);
  return { look, isPossible, state: runner.state };
}
