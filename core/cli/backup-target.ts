import { BackupError } from '../backups/backup-error.ts';
import { adoptKey, ensureKey } from '../backups/repository-key.ts';
import { problemKey } from '../backups/restore-view.ts';
import { fingerprintOf, hostKeyOf, makeSshKey } from '../backups/ssh.ts';
import { placeOf, TARGET, type Target } from '../backups/target.ts';
import { forgetTarget, readSshKey, readTarget, writeSshKey, writeTarget } from '../backups/target-file.ts';
import { tryTarget } from '../backups/try-target.ts';
import { prepareDataDir } from '../boot/data-dir.ts';
import { type Command, type Console, EXIT, UsageError } from './command.ts';
import { readOptions } from './options.ts';
import { keyFrom } from './restore.ts';
import { englishTexts } from './texts.ts';

const OPTIONS = {
  endpoint: { type: 'string' },
  bucket: { type: 'string' },
  'key-id': { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string', default: '22' },
  user: { type: 'string' },
  path: { type: 'string' },
  'host-key': { type: 'string' },
  'key-file': { type: 'string' },
} as const;

/** Where backups go: shows it, or sets it. Works without a database, so also on a new machine before a restore. */
export const backupTarget: Command = {
  name: 'backup target',
  usage:
    '[folder [--path PATH] | s3 --endpoint URL --bucket B --path P --key-id ID < SECRET | sftp --host H [--port N] --user U --path P [--host-key SHA256:…]] [--key-file FILE]',
  summary: 'show or set where backups go; the secret of a bucket comes on standard input',
  run: async (args, console) => {
    const { values, positionals } = readOptions(args, OPTIONS, Math.min(args.length, 1));
    const { backup, dataDir } = console.config;
    const [kind] = positionals;
    if (kind === undefined) {
      const target = readTarget(backup);
      if (target === null) throw new BackupError('It cannot be opened with this recovery key.', 'Set it again, with --key-file.');
      console.say(placeOf(target));
      const key = readSshKey(backup);
      if (key) console.note(`This machine shows itself to SFTP servers as: ${key.publicLine}`);
      return EXIT.ok;
    }
    prepareDataDir(dataDir);
    const typedKey = values['key-file'] === undefined ? null : keyFrom(values['key-file'], console.config);
    if (typedKey !== null) adoptKey(backup, typedKey);
    ensureKey(backup);
    if (kind === 'folder' && values.path === undefined) forgetTarget(backup);
    else writeTarget(backup, await wanted(kind, values, console));
    console.say(placeOf(readTarget(backup) ?? { kind: 'folder', dir: backup.dir }));
    console.note('Try it: centrala backup try');
    return EXIT.ok;
  },
};

type Values = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

async function wanted(kind: string, values: Values, console: Console): Promise<Target> {
  const { endpoint, bucket, host, port, user, path } = values;
  switch (kind) {
    case 'folder':
      return parsed({ kind, dir: path });
    case 's3':
      return parsed({ kind, endpoint, bucket, path, keyId: values['key-id'], secret: await console.readInput() });
    case 'sftp': {
      const target = parsed({ kind, host, port, user, path, hostKey: null });
      return confirmed(target as Extract<Target, { kind: 'sftp' }>, values['host-key'], console);
    }
    default:
      throw new UsageError('The target is one of folder, s3, sftp.');
  }
}

/** Without the fingerprint that somebody compared nothing is set: it is said, and the command is given again with it. */
async function confirmed(
  target: Extract<Target, { kind: 'sftp' }>,
  expected: string | undefined,
  { config, note }: Console,
): Promise<Target> {
  const { backup, dataDir } = config;
  if (!readSshKey(backup)) writeSshKey(backup, await makeSshKey(`${dataDir}/.cache`, backup.path));
  note(`Add this line to authorized_keys of ${target.user}: ${readSshKey(backup)?.publicLine}`);
  const hostKey = await hostKeyOf(target, backup.path);
  if (hostKey === null)
    throw new BackupError(`${target.host} does not answer as an SSH server on port ${target.port}.`, undefined, 'unreachable');
  const fingerprint = fingerprintOf(hostKey);
  if (expected === fingerprint) return { ...target, hostKey };
  const help = `Compare it on the server (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) and give --host-key ${fingerprint}`;
  throw new BackupError(`The key of ${target.host} has the fingerprint ${fingerprint}.`, help, 'host_key');
}

function parsed(input: Readonly<Record<string, unknown>>): Target {
  const result = TARGET.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const t = englishTexts();
  const [name, message] = [String(issue?.path[0]), issue?.message ?? ''];
  throw new UsageError(`${name}: ${/^[a-z_]+\.[\w.]+$/.test(message) ? t(message) : 'is missing or wrong.'}`);
}

/** Writes, reads back and removes something, as a backup does it; 1 when a stage fails. */
export const backupTry: Command = {
  name: 'backup try',
  usage: '',
  summary: 'write something where backups go, read it back, remove it, and say each stage',
  run: async (args, console) => {
    readOptions(args, {});
    const { backup } = console.config;
    ensureKey(backup);
    const target = readTarget(backup);
    if (target === null) throw new BackupError('Where backups go cannot be opened with this recovery key.', 'Set it again.', 'no_target');
    const { done, failed } = await tryTarget(backup, target);
    for (const stage of done) console.say(`${stage}: ok`);
    if (failed) console.say(`${failed.stage}: ${failed.detail}`);
    if (failed && failed.problem !== 'other') console.note(`  ${englishTexts()(problemKey(failed.problem))}`);
    return failed ? EXIT.failed : EXIT.ok;
  },
};
