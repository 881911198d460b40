import { ConfigError, readConfig } from '../../config/config.ts';
import { AppError, SettingError } from '../lib/errors.ts';
import { errorFacts } from '../lib/log.ts';
import type { Centrala, start as startCentrala } from '../main.ts';
import { createLog } from './logger.ts';

/** sysexits.h: a wrong value in the configuration. */
const EX_CONFIG = 78;

/** The product as a process: reads the environment, starts, prints where it is, ends in order on SIGTERM and SIGINT. */
export async function run(start: typeof startCentrala): Promise<void> {
  // Databases, mail and keys are for this user alone.
  process.umask(0o077);
  const config = configOrExit();
  const log = createLog(config.logLevel);
  if (config.unknown.length > 0) log.warn('unknown_settings', { names: config.unknown });
  let centrala: Centrala | null = null;
  let ending = false;
  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    await centrala?.stop();
    process.exit(code);
  };
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  // Whoever holds files reads them again (a plugin its certificate); without a listener the signal would end the process.
  process.on('SIGHUP', () => log.info('hangup'));
  process.on('uncaughtException', (error) => {
    log.error('uncaught', errorFacts(error));
    void end(1);
  });
  try {
    centrala = await start(config, log, () => void end(1));
  } catch (error) {
    log.error('start_failed', errorFacts(error));
    process.stderr.write(`Centrala could not start: ${startProblem(error)}\n`);
    process.exit(error instanceof SettingError ? EX_CONFIG : 1);
  }
  if (ending) return;
  process.stdout.write(`\nCentrala listens on ${centrala.url}\n`);
  if (centrala.setupUrl)
    process.stdout.write(`First start: open this one-time address in a browser to set it up:\n  ${centrala.setupUrl}\n\n`);
}

function configOrExit(): ReturnType<typeof readConfig> {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`Centrala cannot start: ${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}

function startProblem(error: unknown): string {
  if (error instanceof AppError) return [error.message, error.help].filter(Boolean).join(' ');
  return errorFacts(error).error;
}
