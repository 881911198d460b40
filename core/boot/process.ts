import { ConfigError, databaseFile, readConfig } from '../../config/config.ts';
import { goBack } from '../backups/after-interruption.ts';
import { AppError, SettingError } from '../lib/errors.ts';
import { errorFacts } from '../lib/log.ts';
import { outOfWork } from '../lib/log-context.ts';
import { firstUnusable, givingCommand } from '../lib/unusable.ts';
import type { Centrala, start as startCentrala } from '../main.ts';
import { createLog } from './logger.ts';
import { giveBackStartMemory } from './start-memory.ts';

/** sysexits.h: a wrong value in the configuration. */
const EX_CONFIG = 78;
/** sysexits.h: it could not even end as it should. */
const EX_SOFTWARE = 70;

/** Longer than an orderly stop ever takes (shutdown.ts). */
const LAST_RESORT_MS = 15_000;

/**
 * The product as a process: reads the environment, starts, prints where it is, ends in order on SIGTERM and SIGINT; a stop that hangs or
 * fails does not keep it from ending.
 */
export async function run(start: typeof startCentrala, lastResortMs = LAST_RESORT_MS): Promise<void> {
  // Databases, mail and keys are for this user alone.
  process.umask(0o077);
  const config = configOrExit();
  const log = createLog(config.logLevel);
  if (config.unknown.length > 0) log.warn('unknown_settings', { names: config.unknown });
  const target = { url: config.databaseUrl, file: databaseFile(config) };
  const place = { dataDir: config.dataDir, target, now: () => new Date(), path: config.backup.path };
  let centrala: Centrala | null = null;
  let ending = false;
  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(EX_SOFTWARE), lastResortMs);
    log.info('stopping', { code });
    const beganMs = performance.now();
    const failure = await centrala?.stop().catch(errorFacts);
    if (failure) log.error('stop_failed', failure);
    log.info('stopped', { code, durationMs: Math.round(performance.now() - beganMs) });
    process.exit(failure ? EX_SOFTWARE : code);
  };
  const begin = async (): Promise<Centrala> => {
    const started = await start(
      config,
      log,
      () => void end(1),
      undefined,
      () => void outOfWork(again).catch(give),
    );
    giveBackStartMemory();
    return started;
  };
  /** A restore whose data does not start gives way to the data from before. */
  const beginOrGoBack = (): Promise<Centrala> =>
    begin().catch(async (error: unknown) => {
      if (!(await goBack(place, error))) throw error;
      log.error('restored_data_did_not_start', errorFacts(error));
      return begin();
    });
  const again = async (): Promise<void> => {
    log.info('restarting');
    await centrala?.stop();
    if (!ending) centrala = await beginOrGoBack();
  };
  const give = async (failure: unknown): Promise<never> => {
    const error = await orForeignFile(failure, config.dataDir);
    log.error('start_failed', errorFacts(error));
    process.stderr.write(`Centrala could not start: ${startProblem(error)}\n`);
    process.exit(error instanceof SettingError ? EX_CONFIG : 1);
  };
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  // Whoever holds files reads them again (a plugin its certificate); without a listener the signal would end the process.
  process.on('SIGHUP', () => log.info('hangup'));
  process.on('uncaughtException', (error) => {
    log.error('uncaught', errorFacts(error));
    void end(1);
  });
  const started = await beginOrGoBack().catch(give);
  centrala = started;
  if (ending) return;
  process.stdout.write(
    started.port === 0 ? `\nCentrala works: ${[...config.roles].join(', ')}\n` : `\nCentrala listens on ${started.url}\n`,
  );
  if (started.setupUrl)
    process.stdout.write(`First start: open this one-time address in a browser to set it up:\n  ${started.setupUrl}\n\n`);
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

/** The failure, or what explains it: a file in the data folder that this user may not use, whatever the part that met it made of that. */
async function orForeignFile(failure: unknown, dir: string): Promise<unknown> {
  const path = failure instanceof SettingError ? null : await firstUnusable(dir);
  if (path === null) return failure;
  return new SettingError(`This user may not read or write ${path}.`, `Give him the folder: ${givingCommand(dir)}.`, failure);
}

function startProblem(error: unknown): string {
  if (error instanceof AppError) return [error.message, error.help].filter(Boolean).join(' ');
  return errorFacts(error).error;
}
