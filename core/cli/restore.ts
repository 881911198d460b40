import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { afterInterruption } from '../backups/after-interruption.ts';
import { isUploaded } from '../backups/archive-upload.ts';
import { BackupError } from '../backups/backup-error.ts';
import { claimBackups } from '../backups/claim.ts';
import { ARCHIVE, BY_HAND, MOMENT } from '../backups/confirm.ts';
import { openLogPlace } from '../backups/log-place.ts';
import { prepareRestore, type RestoreParts, type RestoreSource } from '../backups/prepare.ts';
import { writePrepared } from '../backups/prepared-file.ts';
import { existingRepository } from '../backups/repository.ts';
import { adoptKey, normalKey, recoveryKey } from '../backups/repository-key.ts';
import { findSnapshot, restore as putBack, snapshotBefore } from '../backups/restore.ts';
import { leaveNote } from '../backups/restored-note.ts';
import { isHalfRestored } from '../backups/swap.ts';
import { sentence } from '../backups/take.ts';
import type { RestoreReport } from '../backups/types.ts';
import { prepareDataDir } from '../boot/data-dir.ts';
import { noteEngine } from '../boot/engine.ts';
import { isAnyAlive } from '../db/claimants.ts';
import { connect } from '../db/connect.ts';
import { claimFolder } from '../db/only-process.ts';
import { reasonOf } from '../health/doctor/finding.ts';
import { AppError } from '../lib/errors.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { MIGRATIONS } from './installation.ts';
import { readOptions } from './options.ts';

/** Puts a backup in the place of the data, on this machine or a new one. Exit code 1, and nothing changed, when anything is wrong with it. */
export const restore: Command = {
  name: 'restore',
  usage: 'latest [--at TIME]|ID|FILE [--key-file FILE]|by-hand',
  summary:
    'put a backup in the place of the data; the old data is kept beside it; by-hand = older data was put there by other means, let the next start know',
  run: async (args, console) => {
    const options = { 'key-file': { type: 'string' }, at: { type: 'string' }, prepare: { type: 'boolean', default: false } } as const;
    const { values, positionals } = readOptions(args, options, 1);
    const { config } = console;
    const name = positionals[0] ?? '';
    if (values.prepare) return prepare(name, momentOf(name, values.at), console);
    prepareDataDir(config.dataDir);
    const claim = claimFolder(config.dataDir);
    try {
      await mustBeAtRest(config);
      if (name === BY_HAND) return await byHand(console);
      // One that was interrupted: its leftovers take the room of this one.
      await afterInterruption({ ...partsOf(config, true, () => {}), path: config.backup.path });
      const { source, label, key } = await sourceOf(name, keyFrom(values['key-file'], config), config, momentOf(name, values.at));
      console.note(`backup ${label}`);
      const parts = { ...partsOf(config, true, spoken(console.note)), path: config.backup.path };
      const { manifest, files, lost, before, schemaBefore } = await putBack(parts, source).catch((error: unknown) => {
        if (isHalfRestored(config.dataDir)) console.note(HALF_WAY);
        throw error;
      });
      // A new machine goes on with the backups of the old one.
      adoptKey(config, key);
      await noteEngine(config);
      await leaveNote(config.dataDir, nameOf(source, label)).catch((error: unknown) =>
        console.note(`The audit will not tell of this restore, which is done: ${reasonOf(error)}`),
      );
      const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
      console.say(`restored ${label} of ${manifest.createdAt}: ${rows} rows and ${files} files are what they were`);
      if (lost > 0) console.note(lostFiles(lost));
      if (before !== null) console.note(`The old data is in ${before}. Delete that folder when you need it no more.`);
      if (schemaBefore !== null) console.note(`The old tables are in the schema ${schemaBefore}: DROP SCHEMA ${schemaBefore} CASCADE.`);
      return EXIT.ok;
    } finally {
      claim.release();
    }
  },
};

const HALF_WAY = 'This restore stopped half way. The old data is kept: the next start, or the next restore, puts it back first.';

/** What the store itself had lost no backup of that moment can bring, an older one may. */
export const lostFiles = (lost: number): string =>
  `${lost} stored files were missing already when it was made. After the start "centrala ledger verify" names them, and "centrala ledger repair" brings back those that an older backup has.`;

/** The data folder is another one in a drill, but its database may be the one in use. */
async function mustBeAtRest(config: Config): Promise<void> {
  if (config.databaseUrl === null) return;
  const db = connect({ url: config.databaseUrl, file: '' });
  const isInUse = await isAnyAlive(db).finally(() => db.destroy());
  const help = 'Stop it first, or let CENTRALA_DATABASE_URL name an empty database.';
  if (isInUse)
    throw new AppError('database_in_use', 409, 'Another Centrala is at work in the database of CENTRALA_DATABASE_URL.', { help });
}

/** Older data came back without us, a copy of the file or by the tools of PostgreSQL: the next start does what it does after a restore. */
async function byHand({ config, say }: Console): Promise<number> {
  await leaveNote(config.dataDir, BY_HAND);
  say('The next start holds what is due to be sent, ends all sessions and gives no number twice.');
  return EXIT.ok;
}

/** What a running server begins: everything but the last step. Says how far it is, then the folder or the problem, a line of JSON each. */
async function prepare(name: string, at: Date | null, { config, say }: Console): Promise<number> {
  try {
    const claim = claimBackups(config.dataDir);
    try {
      const { source, label } = await sourceOf(name, keyFrom(undefined, config), config, at);
      const prepared = await prepareRestore(
        partsOf(config, false, (progress) => say(JSON.stringify(progress))),
        source,
      );
      await writePrepared(config.dataDir, { ...prepared, snapshot: nameOf(source, label) });
      say(JSON.stringify({ prepared: prepared.from }));
      return EXIT.ok;
    } finally {
      claim.release();
      if (isUploaded(basename(name))) await rm(name, { force: true });
    }
  } catch (error) {
    say(JSON.stringify({ problem: error instanceof BackupError ? error.problem : 'other', detail: sentence(error) }));
    return EXIT.failed;
  }
}

/** As the audit calls it. */
const nameOf = (source: RestoreSource, label: string): string => (source.kind === 'file' ? ARCHIVE : source.moment ? MOMENT : label);

/** A name of a snapshot, or of a file that is there. */
async function sourceOf(
  name: string,
  key: string | null,
  { backup }: Config,
  at: Date | null,
): Promise<{ readonly source: RestoreSource; readonly label: string; readonly key: string }> {
  if (name !== 'latest' && existsSync(name)) {
    if (statSync(name).isDirectory())
      throw new BackupError(`${name} is a folder.`, 'For a folder of backups set CENTRALA_BACKUP_DIR and restore "latest".', 'no_backups');
    if (key === null) throw new BackupError('The recovery key is not known on this machine.', 'Give it with --key-file.', 'wrong_key');
    return { source: { kind: 'file', file: name, key }, label: basename(name), key };
  }
  // No name of a snapshot has one.
  if (/[./]/.test(name))
    throw new BackupError(`There is no file ${name}.`, 'Give the path of a file that "centrala backup --file" wrote.', 'no_backups');
  const repository = await existingRepository(backup, key);
  if (at === null) {
    const snapshot = await findSnapshot(repository, name, new Date());
    return { source: { kind: 'snapshot', repository, snapshot, moment: null }, label: snapshot.shortId, key: repository.key };
  }
  const [snapshot, log] = [await snapshotBefore(repository, at), openLogPlace(backup)];
  if (log === null) throw new BackupError('Where backups go cannot be opened.', 'See: centrala backup target', 'no_target');
  const moment = { log, key: repository.key, at };
  return { source: { kind: 'snapshot', repository, snapshot, moment }, label: `${snapshot.shortId} and the log`, key: repository.key };
}

/** With its offset: without one it would be of the zone of this machine, which nobody thinks of. */
function momentOf(name: string, typed: string | undefined): Date | null {
  if (typed === undefined) return null;
  if (name !== 'latest') throw new UsageError('--at goes with latest.');
  try {
    return new Date(Temporal.Instant.from(typed).epochMilliseconds);
  } catch {
    throw new UsageError('--at is a time with its offset from UTC, or Z: 2026-11-27T14:30:05+01:00.');
  }
}

/** What a restore has to know of this installation. */
export const partsOf = (config: Config, isAlone: boolean, report: RestoreReport): RestoreParts => ({
  dataDir: config.dataDir,
  target: { url: config.databaseUrl, file: databaseFile(config) },
  now: () => new Date(),
  migrations: readdirSync(MIGRATIONS),
  secret: config.secretKey,
  isAlone,
  report,
});

/** One line for each step. */
export function spoken(note: (line: string) => void): RestoreReport {
  const words = { fetch: 'fetching …', check: 'checking …', places: 'changing places …' };
  let said = '';
  return ({ step }) => {
    if (step !== said) note(words[step]);
    said = step;
  };
}

/** The recovery key of a file, else of this machine. */
export function keyFrom(file: string | undefined, config: Config): string | null {
  if (file === undefined) return recoveryKey(config.backup);
  try {
    return normalKey(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`--key-file names ${file}, which cannot be read.`);
  }
}
