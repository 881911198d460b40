import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { recordBlobs } from '../../core/blobs/store.ts';
import { transact } from '../../core/db/scope.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { scopeFor } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

async function* chunks(...values: string[]): AsyncGenerator<Uint8Array> {
  for (const value of values) yield bytes(value);
}

test('A stored file is named by the SHA-256 of its content and only its owner may read it', async (t) => {
  const blobs = openBlobs(tempDir(t));
  const blob = await blobs.put(bytes('hello'));
  t.deepEqual(blob, { sha256: sha256('hello'), bytes: 5 });
  t.true(blobs.path(blob.sha256).endsWith(join(blob.sha256.slice(0, 2), blob.sha256.slice(2))));
  t.is(statSync(blobs.path(blob.sha256)).mode & 0o077, 0);
  t.is((await blobs.read(blob.sha256)).toString(), 'hello');
});

test('Equal content is stored once, however it arrives', async (t) => {
  const dir = tempDir(t);
  const blobs = openBlobs(dir);
  const [a, b, c] = [
    await blobs.put(bytes('same thing')),
    await blobs.put(chunks('same ', 'thing')),
    await blobs.putAll([bytes('same thing')]),
  ];
  t.deepEqual(a, b);
  t.deepEqual(c, [a]);
  t.is(readdirSync(join(dir, a.sha256.slice(0, 2))).length, 1);
  t.is(readdirSync(join(dir, 'incoming')).length, 0);
});

test('A part of a stored file can be read by its first and last byte', async (t) => {
  const blobs = openBlobs(tempDir(t));
  const { sha256 } = await blobs.put(bytes('0123456789'));
  t.is(await text(await blobs.open(sha256, { start: 2, end: 4 })), '234');
});

test('A stored file that vanished is named with its hash and what to do', async (t) => {
  const blobs = openBlobs(tempDir(t));
  const { sha256 } = await blobs.put(bytes('gone'));
  rmSync(blobs.path(sha256));
  t.false(await blobs.has(sha256));
  for (const read of [blobs.open, blobs.read]) {
    const error = await t.throwsAsync<Error & { help: string }>(read(sha256), { code: 'blob_missing' });
    t.true(error.message.includes(sha256));
    t.regex(error.help, /backup/);
  }
});

test('A file taken over from the spool can be taken over again after a crash', async (t) => {
  const dir = tempDir(t);
  const blobs = openBlobs(join(dir, 'blobs'));
  const file = join(dir, 'spooled');
  writeFileSync(file, 'large');
  const blob = { sha256: sha256('large'), bytes: 5 };
  await blobs.adopt(file, blob);
  await blobs.adopt(file, blob);
  t.is((await blobs.read(blob.sha256)).toString(), 'large');
  const lost = { sha256: sha256('never written'), bytes: 13 };
  const error = await t.throwsAsync(blobs.adopt(file, lost), { code: 'blob_missing' });
  t.regex(error.message, /13 bytes/);
});

test('What a write interrupted long ago left behind is removed when the store opens', async (t) => {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'incoming'));
  for (const name of ['half', 'in-work']) writeFileSync(join(dir, 'incoming', name), 'x');
  utimesSync(join(dir, 'incoming', 'half'), new Date(0), new Date(0));
  // As one that another process has just put into its place.
  symlinkSync(join(dir, 'gone'), join(dir, 'incoming', 'gone'));
  openBlobs(dir);
  t.deepEqual(readdirSync(join(dir, 'incoming')).sort(), ['gone', 'in-work']);
});

test('A source that fails in the middle leaves nothing in the store', async (t) => {
  const dir = tempDir(t);
  const blobs = openBlobs(dir);
  await t.throwsAsync(
    blobs.put(
      (async function* () {
        yield bytes('half');
        throw new Error('connection lost');
      })(),
    ),
    { message: 'connection lost' },
  );
  t.deepEqual(readdirSync(join(dir, 'incoming')), []);
});

test('What was put aside and came again is there once after the next sweep, in use or not', async (t) => {
  const dir = tempDir(t);
  const blobs = openBlobs(dir);
  const { sha256 } = await blobs.put(Buffer.from('logo'));
  await blobs.discard(sha256);
  t.is((await blobs.put(Buffer.from('logo'))).sha256, sha256);
  await blobs.sweep(-1000, async () => false);
  t.deepEqual(readdirSync(join(dir, 'trash')), []);
  t.is((await blobs.read(sha256)).toString(), 'logo');

  await blobs.discard(sha256);
  await blobs.sweep(-1000, async () => false);
  t.is((await blobs.read(sha256)).toString(), 'logo', 'one that is in use is not thrown away');
});

test('A path is never built from something that is not a hash', (t) => {
  const blobs = openBlobs(tempDir(t));
  for (const evil of ['../../etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(63)}/`]) t.throws(() => blobs.path(evil));
});

test('Blobs are recorded once in the database, however often they are used', async (t) => {
  const scope = await scopeFor(t);
  const a = { sha256: 'a'.repeat(64), bytes: 1 };
  const b = { sha256: 'b'.repeat(64), bytes: 2 };
  await transact(scope, (tx) => recordBlobs(tx, [a, a]));
  await transact(scope, (tx) => recordBlobs(tx, [a, b]));
  t.deepEqual(await scope.db('blobs').select('sha256', 'bytes').orderBy('sha256'), [a, b]);
});
