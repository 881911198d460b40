import { existsSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { databaseFile } from '../../config/config.ts';
import { type ArchiveParts, verifyArchive, withStage, writeArchive, writeArchiveFile } from '../backups/archive.ts';
import { ensureKey } from '../backups/repository-key.ts';
import { PRIORITY } from '../backups/restic.ts';
import { takeBackup } from '../backups/take.ts';
import { type Progress, TRIGGERS, type Trigger } from '../backups/types.ts';
import { installationSecret } from '../boot/data-dir.ts';
import { version } from '../boot/version.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { readOptions } from './options.ts';

const MB = 1024 ** 2;

/** Makes a backup now, beside a server that may be running, and restores it on trial. Exit code 1 when there is no verified backup at the end. */
export const backup: Command = {
  name: 'backup',
  usage: '[--json | --file PATH]',
  summary: 'keep a copy of everything now, and restore it on trial; with --file as one file (- = standard output)',
  run: async (args, console) => {
    const { values } = readOptions(args, {
      json: { type: 'boolean', default: false },
      trigger: { type: 'string', default: 'command' },
      file: { type: 'string' },
    });
    const trigger = TRIGGERS.find((one) => one === values.trigger);
    if (!trigger) throw new UsageError(`--trigger is one of ${TRIGGERS.join(', ')}.`);
    // Below everybody else: mail comes in and people work meanwhile.
    setPriority(PRIORITY);
    const { config } = console;
    const { scope } = await console.find();
    const say = values.json ? (progress: Progress) => console.say(JSON.stringify(progress)) : spoken(console.note);
    const secret = installationSecret(config.dataDir, config.secretKey);
    const target = { url: config.databaseUrl, file: databaseFile(config) };
    const parts = { scope, target, dataDir: config.dataDir, secret, version: version(), place: config.backup };
    if (values.file !== undefined) return oneFile({ ...parts, key: ensureKey(config.backup) }, values.file, console);
    const result = await takeBackup(parts, trigger as Trigger, say);
    if (values.json) console.say(JSON.stringify(result));
    else if (result.state === 'verified')
      console.say(
        `${result.snapshot} verified: ${result.rows} rows and ${result.filesCompared} files compared, ${size(result.bytes ?? 0)} in it, ${size(result.addedBytes ?? 0)} new`,
      );
    else console.say(`${result.snapshot ?? '-'} ${result.state}: ${result.detail}`);
    if (result.problem === 'shared') console.note(`${result.detail} Stop that machine, or give it a place of its own.`);
    return result.state === 'verified' ? EXIT.ok : EXIT.failed;
  },
};

/** Written, then read back to its end; what is wrong leaves nothing behind. */
async function oneFile(parts: ArchiveParts, file: string, { say, note }: Console): Promise<number> {
  if (file === '-') {
    await withStage(parts, (names) => writeArchive(parts, names, process.stdout));
    return EXIT.ok;
  }
  if (existsSync(file)) throw new UsageError(`${file} is there already.`);
  note('copying and writing …');
  await withStage(parts, (names) => writeArchiveFile(parts, names, file));
  note('reading it back …');
  const { manifest, files } = await verifyArchive(file, parts.key);
  const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
  say(`${file} verified: ${rows} rows and ${files} files, ${size(statSync(file).size)}`);
  return EXIT.ok;
}

const size = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

/** One line for each step. */
function spoken(note: (line: string) => void): (progress: Progress) => void {
  const words = { copy: 'copying the database …', store: 'storing …', trial: 'restoring on trial …', tidy: 'letting old ones go …' };
  let step = '';
  return (progress) => {
    if (progress.step === step) return;
    step = progress.step;
    note(words[progress.step]);
  };
}
