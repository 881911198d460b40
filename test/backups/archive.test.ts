import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { ageDecrypt, ageEncrypt } from '../../core/backups/age.ts';
import { archiveManifest, unpackArchive } from '../../core/backups/archive.ts';
import { END, padding, readTar, tarHeader } from '../../core/backups/tar.ts';
import { centralaCommand } from '../support/cli.ts';
import { databaseUrl, newMachine } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const KEY = 'ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE';
const AT = new Date('2026-11-27T00:00:00Z');

const sealed = (bytes: Buffer): Promise<Buffer> => buffer(Readable.from([bytes]).pipe(ageEncrypt(KEY)));
const opened = async (bytes: Buffer, key = KEY): Promise<Buffer> => {
  const stream = ageDecrypt(key);
  stream.end(bytes);
  return buffer(stream);
};

test('what is encrypted comes back whole, whatever its length, and nothing of it when a byte is missing, added or changed', async (t) => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const plain = Buffer.alloc(length, 'x');
    const file = await sealed(plain);
    t.true((await opened(file)).equals(plain), String(length));
    for (const broken of [file.subarray(0, -1), file.subarray(0, file.length - 16), Buffer.concat([file, Buffer.from('x')])])
      await t.throwsAsync(opened(broken), { message: /cut or was altered/ }, `${length} of another length`);
    for (const at of [40, 100, file.length - 20, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await t.throwsAsync(opened(changed), undefined, `${length} changed at ${at}`);
    }
  }
  const file = await sealed(Buffer.alloc(70_000));
  await t.throwsAsync(opened(file, 'OTHER'), { message: /does not open this file/ });
  await t.throwsAsync(opened(Buffer.from('PK\x03\x04 a zip file')), { message: /no backup of ours/ });
});

/** As a hostile hand would write it: any name, any type. */
function tarOf(name: string, type = '0', link = ''): Buffer {
  const header = tarHeader('x'.repeat(10), 1, AT);
  header.fill(0, 0, 100);
  header.write(name, 0);
  header.write(type, 156);
  header.write(link, 157);
  header.fill(' ', 148, 156);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, Buffer.from('x'), padding(1), END]);
}

test('an archive with a name that leads out of the folder, a link, or anything but plain files is refused before anything of it is written', async (t) => {
  const place = tempDir(t);
  const file = join(tempDir(t), 'archive');
  const hostile: readonly Buffer[] = [
    ...['../x', '/etc/x', 'a/../../x', 'a/..', './x', '..', 'a//b', 'a/', 'a\nb', 'a\\..\\x', ''].map((name) => tarOf(name)),
    ...['1', '2', '3', '5', 'x', 'L'].map((type) => tarOf('a', type, '/etc/passwd')),
    tarOf('a').subarray(0, 700),
    Buffer.concat([tarOf('a'), Buffer.from('more')]),
    Buffer.from('no tar at all'.repeat(100)),
  ];
  for (const [n, tar] of hostile.entries()) {
    await writeFile(file, await sealed(zstdCompressSync(tar)));
    await t.throwsAsync(unpackArchive(file, KEY, tempDir(t)), { name: 'BackupError' }, `hostile ${n}`);
  }
  t.deepEqual(await readdir(place), []);
  await t.throwsAsync(archiveManifest(file, KEY));
  const big = tarHeader('blobs/big', 9 * 1024 ** 3, AT);
  for await (const { bytes } of readTar(Readable.from([big]))) {
    t.is(bytes, 9 * 1024 ** 3);
    break;
  }
});

test('one file has everything of a moment, and another machine is restored from it; one that was cut, altered or is newer changes nothing', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Ważne', text: 'zażółć '.repeat(30_000) });
  await until('it is a conversation', async () => (await office.scope.db('conversations')).length === 1);
  const cli = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  const file = join(tempDir(t), 'centrala.age');
  const made = await cli(['backup', '--file', file]);
  t.is(made.code, 0, made.err);
  t.regex(made.last, /verified: \d+ rows and [1-9]\d* files/);
  t.is((await cli(['backup', '--file', file])).code, 64, 'nothing is written over');
  t.regex((await cli(['backup', '--file', join(file, 'x')])).err, /did not take a file\.\n {2}Check that it is there/);
  const folder = tempDir(t);
  await writeFile(join(folder, 'x.part'), '');
  t.regex((await cli(['backup', '--file', join(folder, 'x')])).err, /x\.part is there already\.\n {2}Another backup .* remove it/);
  const tried = await cli(['backup', 'try'], { env: { CENTRALA_BACKUP_DIR: join(file, 'x') } });
  t.regex(tried.last, /^open: .* did not take a file/);
  t.regex(tried.err, /Check that it is there, has room/);
  const blocked = await cli(['backup'], { env: { CENTRALA_BACKUP_DIR: join(file, 'x') } });
  t.regex(blocked.out, /did not take a file\. Check that it is there/);

  const machine = await newMachine(t, join(tempDir(t), 'nowhere'));
  const key = ['--key-file', join(office.dataDir, 'backup.key')];
  t.regex((await machine.cli(['restore', `${file}.gone`, ...key])).err, /There is no file .*gone\.\n {2}Give the path/);
  t.regex((await machine.cli(['restore', machine.dir, ...key])).err, /is a folder\.\n {2}For a folder of backups/);
  const whole = await readFile(file);
  const plain = zstdDecompressSync(await opened(whole, (await readFile(join(office.dataDir, 'backup.key'), 'utf8')).trim()));
  t.true(plain.includes('secret.key'));
  const newer = Buffer.from(plain.toString('latin1').replace(/"migration": "\d{14}/, '"migration": "29991231000000'), 'latin1');
  const resealed = Readable.from([zstdCompressSync(newer)]).pipe(
    ageEncrypt((await readFile(join(office.dataDir, 'backup.key'), 'utf8')).trim()),
  );
  const wrong: readonly (readonly [Buffer, RegExp])[] = [
    [whole.subarray(0, whole.length - 100), /cut or was altered/],
    [await buffer(resealed), /newer version/],
  ];
  for (const [bytes, words] of wrong) {
    await writeFile(`${file}.wrong`, bytes);
    const refused = await machine.cli(['restore', `${file}.wrong`, ...key]);
    t.is(refused.code, 1);
    t.regex(refused.err, words);
    t.false(existsSync(join(machine.dir, 'blobs')) || existsSync(join(machine.dir, 'centrala.sqlite')));
  }
  const restored = await machine.cli(['restore', file, ...key]);
  t.is(restored.code, 0, restored.err);
  t.regex(restored.last, /restored centrala.age .* are what they were/);
  const hash = async (dir: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(join(dir, 'secret.key')))
      .digest('hex');
  t.is(await hash(machine.dir), await hash(office.dataDir));
  t.is((await machine.cli(['ledger', 'verify'])).code, 0);
});
