import { readFileSync, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { BackupPlace } from '../../../core/backups/repository-key.ts';
import { hostKeyOf, makeSshKey, withSsh } from '../../../core/backups/ssh.ts';
import { TARGET } from '../../../core/backups/target.ts';
import { writeTarget } from '../../../core/backups/target-file.ts';
import { tryTarget } from '../../../core/backups/try-target.ts';
import { targetFindings } from '../../../core/health/doctor/backup-target.ts';
import { centralaCommand } from '../../support/cli.ts';
import { S3_KEY, startS3 } from '../../support/s3-server.ts';
import { startSshd } from '../../support/sshd.ts';
import { tempDir } from '../../support/temp-dir.ts';

const PATH = process.env['PATH'] ?? '';
const ALL = ['connect', 'open', 'write', 'read', 'remove'];

function placeFor(t: ExecutionContext<unknown>): BackupPlace {
  const dataDir = tempDir(t);
  return { dataDir, dir: join(dataDir, 'backups'), key: 'ABCDE-ABCDE', path: PATH };
}

/** What the health page and the doctor say of the place. */
async function seen(place: BackupPlace): Promise<string> {
  const [finding] = await targetFindings(place);
  return `${finding?.state} ${JSON.stringify(finding?.seen)}`;
}

test('addresses of targets hold nothing that a command line would take for something else', (t) => {
  const s3 = { kind: 's3', endpoint: 's3.example.com', bucket: 'kopie', path: 'centrala', keyId: 'a', secret: 'b' };
  t.like(TARGET.parse(s3), { endpoint: 'https://s3.example.com' });
  for (const wrong of [
    { endpoint: 'ftp://x' },
    { endpoint: 'https://u:p@x' },
    { endpoint: 'https://x/path' },
    { bucket: '../x' },
    { path: '../x' },
    { path: '/x' },
    { path: 'a b' },
    { path: 'a/../b' },
  ])
    t.false(TARGET.safeParse({ ...s3, ...wrong }).success, JSON.stringify(wrong));
  const sftp = { kind: 'sftp', host: 'nas.example.com', port: '22', user: 'kopie', path: '/srv/kopie/', hostKey: null };
  t.like(TARGET.parse(sftp), { port: 22, path: '/srv/kopie' });
  for (const wrong of [
    { host: '-oProxyCommand=x' },
    { host: 'a b' },
    { user: '-x' },
    { user: "a'b" },
    { path: '/a"b' },
    { port: '0' },
    { hostKey: 'ssh-ed25519 a\nb' },
  ])
    t.false(TARGET.safeParse({ ...sftp, ...wrong }).success, JSON.stringify(wrong));
  t.false(TARGET.safeParse({ kind: 'folder', dir: 'relative' }).success);
});

test('a bucket is tried by writing, reading and removing, and each fault is told by its name', async (t) => {
  const s3 = await startS3(t);
  const place = placeFor(t);
  const target = TARGET.parse({ kind: 's3', endpoint: s3.endpoint, bucket: 'kopie', path: 'centrala', ...S3_KEY });
  t.deepEqual(await tryTarget(place, target), { done: ALL, failed: null } as never);
  t.true(s3.objects.has('centrala/config'));
  t.deepEqual(
    [...s3.objects.keys()].filter((key) => /snapshots|locks/.test(key)),
    [],
    'nothing is left of it',
  );
  writeTarget(place, target);
  t.regex(await seen(place), /^ok .*health\.target\.ok/);
  writeTarget(place, { ...target, secret: 'wrong' } as never);
  t.regex(await seen(place), /^broken .*backups\.problem\.refused/, 'a bucket that answers and lets nobody in');
  writeTarget(place, target);
  const failing = async (other: object, at = place) => (await tryTarget(at, { ...target, ...other } as never)).failed;
  t.like(await failing({ secret: 'wrong' }), { stage: 'open', problem: 'refused' });
  t.like(await failing({}, { ...place, key: 'ANOTH-ERKEY' }), { stage: 'open', problem: 'wrong_key' });
  s3.fill();
  t.like(await failing({}), { stage: 'write', problem: 'no_room' });
  await s3.stop();
  t.like(await failing({}), { stage: 'connect', problem: 'unreachable' });
});

test('backups go to an SFTP server whose key was confirmed, and not to one that shows another', async (t) => {
  const sshd = await startSshd(t);
  const dir = tempDir(t);
  const cli = centralaCommand(dir, { url: null, file: '' });
  const where = ['--host', '127.0.0.1', '--port', String(sshd.port), '--user', sshd.user, '--path', join(sshd.folder, 'kopie')];
  const asked = await cli(['backup', 'target', 'sftp', ...where]);
  t.is(asked.code, 1);
  t.true(asked.err.includes(sshd.fingerprint));
  const line = /ssh-ed25519 \S+ centrala-backups/.exec(asked.err)?.[0] ?? '';
  t.is((await cli(['backup', 'target'])).last, join(dir, 'backups'), 'nothing is set without it');
  const set = await cli(['backup', 'target', 'sftp', ...where, '--host-key', sshd.fingerprint]);
  t.is(set.code, 0, set.err);
  t.is(set.last, `sftp:${sshd.user}@127.0.0.1:${join(sshd.folder, 'kopie')}`);
  const file = join(dir, 'backup-target.json');
  t.is(statSync(file).mode & 0o777, 0o600);
  t.notRegex(readFileSync(file, 'utf8'), /127\.0\.0\.1|PRIVATE/);

  t.regex((await cli(['backup', 'try'])).last, /^open: .* refuses the log-in/);
  // What restic may miss when it ends first is asked of ssh itself.
  const place = {
    kind: 'sftp',
    host: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    path: '/',
    hostKey: await hostKeyOf({ host: '127.0.0.1', port: sshd.port }, PATH),
  } as const;
  t.regex(await withSsh(dir, place, await makeSshKey(dir, PATH), PATH, ({ complaint }) => complaint()), /Permission denied \(/);
  const here = { dataDir: dir, dir: join(dir, 'backups'), key: null, path: PATH };
  t.regex(await seen(here), /^broken .*backups\.problem\.refused/);
  sshd.authorize(line);
  t.regex(await seen(here), /^ok .*health\.target\.ok/);
  t.regex((await cli(['backup', 'try'])).out, /^connect: ok\nhost_key: ok\nopen: ok\nwrite: ok\nread: ok\nremove: ok\n$/);
  t.true((await readdir(join(sshd.folder, 'kopie'))).includes('config'));
  t.deepEqual(
    (await readdir(join(dir, '.cache'))).filter((name) => name.startsWith('ssh-')),
    [],
    'no key is left as a file',
  );
  await sshd.changeHostKey();
  t.regex((await cli(['backup', 'try'])).last, /^host_key: 127.0.0.1 has another key/);
  t.regex((await cli(['backup', 'list'])).err, /another key than the confirmed one/);
});

test('a backup in a bucket is restored on a new machine with the recovery key alone', async (t) => {
  const s3 = await startS3(t);
  const [here, there] = [tempDir(t), tempDir(t)];
  const where = ['s3', '--endpoint', s3.endpoint, '--bucket', 'kopie', '--path', 'firma', '--key-id', S3_KEY.keyId];
  const cli = centralaCommand(here, { url: null, file: '' });
  t.is((await cli(['backup', 'target', ...where], { input: S3_KEY.secret })).code, 0);
  t.is((await cli(['ledger'])).code, 0, 'makes an installation');
  const made = await cli(['backup']);
  t.is(made.code, 0, made.err);
  t.regex(made.last, /verified/);
  const key = (await cli(['backup', 'key'])).last;
  const typed = join(there, 'typed');
  await writeFile(typed, key);
  const other = centralaCommand(there, { url: null, file: '' });
  t.is((await other(['backup', 'target', ...where, '--key-file', typed], { input: S3_KEY.secret })).code, 0);
  const restored = await other(['restore', 'latest']);
  t.is(restored.code, 0, restored.err);
  t.regex(restored.last, /are what they were/);
  t.regex((await other(['backup', 'list'])).last, / verified$/, 'its own backups go there from now on');
});
