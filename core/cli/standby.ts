import { existsSync } from 'node:fs';
import { databaseFile } from '../../config/config.ts';
import { afterInterruption } from '../backups/after-interruption.ts';
import { BackupError } from '../backups/backup-error.ts';
import { MOMENT } from '../backups/confirm.ts';
import { type LogPlace, openLogPlace } from '../backups/log-place.ts';
import { existingRepository } from '../backups/repository.ts';
import { adoptKey } from '../backups/repository-key.ts';
import { findSnapshot } from '../backups/restore.ts';
import { leaveNote } from '../backups/restored-note.ts';
import { mustBeSilent, openStandby, type Standby } from '../backups/standby.ts';
import { removeStandby } from '../backups/standby-state.ts';
import { readTarget } from '../backups/target-file.ts';
import { prepareDataDir } from '../boot/data-dir.ts';
import { claimFolder } from '../db/only-process.ts';
import { reasonOf } from '../health/doctor/finding.ts';
import { AppError } from '../lib/errors.ts';
import { repeatedly } from '../lib/repeatedly.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { readOptions } from './options.ts';
import { keyFrom, lostFiles, partsOf, spoken } from './restore.ts';

/** In a folder a look costs nothing; a bucket or a server is asked more seldom. */
const FOLDER = { everyMs: 2_000, watchMs: 10_000 };
/** The first machine notes there how far it is once a minute when nothing happens. */
const ELSEWHERE = { everyMs: 5_000, watchMs: 75_000 };
const MOST_MS = 60_000;
const TOLD_MS = 60_000;

/** A second machine beside the first: it has everything some seconds later, and takes its place when told to. */
export const standby: Command = {
  name: 'standby',
  usage: '[--key-file FILE] [--take-over [--force]]',
  summary: 'keep a second machine ready from the backups and the log of SQLite, until SIGTERM; --take-over: it becomes the first',
  run: async (args, console) => {
    const options = { 'key-file': { type: 'string' }, 'take-over': { type: 'boolean' }, force: { type: 'boolean' } } as const;
    const { values } = readOptions(args, options);
    if (values.force && !values['take-over']) throw new UsageError('--force goes with --take-over.');
    const { config } = console;
    prepareDataDir(config.dataDir);
    const claim = claimFolder(config.dataDir);
    let log: LogPlace | null = null;
    try {
      // A take-over that was cut short in its last step.
      await afterInterruption({ ...partsOf(config, true, () => {}), path: config.backup.path });
      if (config.databaseUrl === null && existsSync(databaseFile(config))) {
        await removeStandby(config.dataDir);
        const help = 'Let CENTRALA_DATA_DIR name an empty folder, on another machine than the first one.';
        throw new AppError('not_empty', 409, `There is a Centrala in the data folder ${config.dataDir} already.`, { help });
      }
      log = openLogPlace(config.backup);
      if (log === null) throw new BackupError('Where backups go cannot be opened.', 'See: centrala backup target', 'no_target');
      const repository = await existingRepository(config.backup, keyFrom(values['key-file'], config));
      adoptKey(config, repository.key);
      const source = async () => {
        const snapshot = await findSnapshot(repository, 'latest', new Date());
        return { kind: 'snapshot', repository, snapshot, moment: null } as const;
      };
      const parts = { ...partsOf(config, true, spoken(console.note)), path: config.backup.path, log, key: repository.key, source };
      const pace = readTarget(config.backup)?.kind === 'folder' ? FOLDER : ELSEWHERE;
      const opened = await openStandby(parts);
      if (!values['take-over']) await following(opened, pace.everyMs, console);
      else await takingOver(opened, log, { watchMs: pace.watchMs, isForced: values.force === true }, console);
      return EXIT.ok;
    } finally {
      await log?.close().catch(() => {});
      claim.release();
    }
  },
};

/** A line when it is ready, and once a minute; one for each new problem. */
async function following(opened: Standby, everyMs: number, { say, note }: Console): Promise<void> {
  let problem = '';
  let toldAt = Number.NEGATIVE_INFINITY;
  const turn = async (): Promise<void> => {
    const reached = await opened.follow();
    if (problem === '' && performance.now() - toldAt < TOLD_MS) return;
    [problem, toldAt] = ['', performance.now()];
    say(`ready: everything up to ${reached.toISOString()} is here`);
  };
  const failed = (error: unknown): void => {
    if (problem !== reasonOf(error)) note(reasonOf(error));
    problem = reasonOf(error);
  };
  const ended = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.resolve());
  const loop = repeatedly(turn, { everyMs, mostMs: MOST_MS, failed });
  await ended.promise;
  await loop.stop();
}

async function takingOver(
  opened: Standby,
  log: LogPlace,
  { watchMs, isForced }: { readonly watchMs: number; readonly isForced: boolean },
  { config, say, note }: Console,
): Promise<void> {
  if (!isForced) {
    note(`watching for ${watchMs / 1000} s whether the first machine is at work …`);
    await mustBeSilent(log, watchMs);
  }
  await opened.follow().catch((error: unknown) => {
    if (!isForced) throw error;
    note(`What came last could not be fetched: ${reasonOf(error)}`);
  });
  note('checking …');
  const { manifest, files, lost } = await opened.takeOver();
  if (lost > 0) note(lostFiles(lost));
  await leaveNote(config.dataDir, MOMENT).catch((error: unknown) => note(`The audit will not tell of it: ${reasonOf(error)}`));
  const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
  say(`took over at ${manifest.createdAt}: ${rows} rows and ${files} files. Start Centrala here, and never again on the first machine.`);
}
