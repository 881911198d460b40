import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'better-sqlite3';
import { forgetOld, readIndex, spansOf } from '../../../core/backups/log-index.ts';
import type { LogPlace } from '../../../core/backups/log-place.ts';
import { s3Place } from '../../../core/backups/log-place-s3.ts';
import { sftpPlace } from '../../../core/backups/log-place-sftp.ts';
import { replayLog } from '../../../core/backups/log-replay.ts';
import { createShipper } from '../../../core/backups/log-ship.ts';
import { createUploader } from '../../../core/backups/log-upload.ts';
import { hostKeyOf, makeSshKey } from '../../../core/backups/ssh.ts';
import { S3_KEY, startS3 } from '../../support/s3-server.ts';
import { startSshd } from '../../support/sshd.ts';
import { tempDir } from '../../support/temp-dir.ts';

const KEY = 'ABCDE-ABCDE';
const PATH = process.env['PATH'] ?? '';
const DAY_MS = 86_400_000;

function databaseFor(t: ExecutionContext<unknown>, dir: string) {
  const db = new Database(join(tempDir(t), 'a.sqlite'));
  db.pragma('journal_mode = wal');
  db.pragma('wal_autocheckpoint = 0');
  db.exec('create table notes (id integer primary key, text text)');
  let clock = Date.parse('2026-11-27T10:00:00Z');
  const now = (): number => clock;
  const shipper = createShipper({ file: db.name, dir, key: KEY, now, files: async () => {} });
  t.teardown(() => {
    shipper.close();
    db.close();
  });
  const insert = db.prepare('insert into notes (text) values (?)');
  const add = async (text: string): Promise<number> => {
    insert.run(text);
    clock += 1_000;
    await shipper.ship();
    clock += 1_000;
    return clock - 1_000;
  };
  const tick = (ms: number): number => (clock += ms);
  return { shipper, add, now, tick };
}

async function notesAt(t: ExecutionContext<unknown>, store: LogPlace, at: number): Promise<readonly string[]> {
  const copy = join(tempDir(t), 'copy.sqlite');
  await replayLog(store, KEY, new Date(at), copy, tempDir(t));
  const restored = new Database(copy);
  const rows = restored.prepare('select text from notes order by id').all() as { text: string }[];
  restored.close();
  return rows.map(({ text }) => text);
}

/** The same for every kind of place: what was shipped is there, in order, and is forgotten in time. */
async function goesThere(t: ExecutionContext<unknown>, store: LogPlace, outage: () => Promise<LogPlace>): Promise<void> {
  const spool = tempDir(t);
  const { shipper, add, now, tick } = databaseFor(t, spool);
  await shipper.ship();
  const uploader = createUploader(spool, store, now);
  const first = await add('one');
  await uploader.bases();
  t.true(((await uploader.pieces()) ?? 0) >= first);
  t.deepEqual(readdirSync(join(spool, 'bases')), [], 'what is there is not kept here');
  t.deepEqual(await notesAt(t, store, first), ['one']);
  await t.throwsAsync(notesAt(t, store, first + 60_000), { message: /reaches to/ });

  // While the place is away everything stays here, and nothing is missing later.
  const back = await outage();
  const second = await add('two');
  await t.throwsAsync(createUploader(spool, store, now).pieces());
  const third = await add('three');
  t.is(readdirSync(spool, { recursive: true }).filter((name) => /\d{10}\.age$/.test(String(name))).length, 2);
  const again = createUploader(spool, back, now);
  await again.pieces();
  t.deepEqual(await notesAt(t, back, second), ['one', 'two']);
  t.deepEqual(await notesAt(t, back, third), ['one', 'two', 'three']);
  const [span] = spansOf(await readIndex(back));
  t.true(span !== undefined && span.from.getTime() <= first && span.to.getTime() >= third);

  // Eight days with a new copy each: the first moments are of no use to anybody.
  for (let day = 0; day < 9; day += 1) {
    tick(DAY_MS);
    await add(`day ${day}`);
    await again.bases();
    await again.pieces();
  }
  await mkdir(join(spool, 'files'), { recursive: true });
  const old = join(tempDir(t), 'file');
  writeFileSync(old, 'x');
  await back.put(`files/1-${'a'.repeat(64)}.age`, old);
  await forgetOld(back, now());
  t.deepEqual(await back.list('files'), []);
  const bases = await back.list('bases');
  t.deepEqual(await back.list('bases', bases[2]), bases.slice(3), 'what follows one is asked for alone');
  t.true((await back.list('reaches')).length === 1);
  t.true(bases.length <= 9);
  await t.throwsAsync(notesAt(t, back, first), { message: /no log that goes back/ });
  t.is((await notesAt(t, back, now() - 1_000)).at(-1), 'day 8');
  await back.close();
}

test('the log goes to a bucket', async (t) => {
  const s3 = await startS3(t);
  const target = { kind: 's3' as const, endpoint: s3.endpoint, bucket: 'kopie', path: 'centrala', ...S3_KEY };
  await goesThere(t, s3Place(target), async () => {
    await s3.stop();
    const other = await startS3(t);
    for (const [key, value] of s3.objects) (other.objects as Map<string, Buffer>).set(key, value);
    return s3Place({ ...target, endpoint: other.endpoint });
  });
});

test('what was written while notes were read is promised the next time, and not after a minute', async (t) => {
  const s3 = await startS3(t);
  const spool = tempDir(t);
  const { shipper, add, now } = databaseFor(t, spool);
  await shipper.ship();
  const place = s3Place({ kind: 's3', endpoint: s3.endpoint, bucket: 'kopie', path: 'centrala', ...S3_KEY });
  let meanwhile: (() => Promise<unknown>) | null = null;
  const store: LogPlace = {
    ...place,
    put: async (name, file) => {
      await place.put(name, file);
      await meanwhile?.();
      meanwhile = null;
    },
  };
  const uploader = createUploader(spool, store, now);
  await uploader.bases();
  await add('one');
  await uploader.pieces();
  await uploader.pieces();
  let second = 0;
  meanwhile = async () => (second = await add('two'));
  await mkdir(join(spool, 'files'), { recursive: true });
  writeFileSync(join(spool, `files/1-${'a'.repeat(64)}.age`), 'x');
  t.true(((await uploader.pieces()) ?? 0) < second);
  t.true(((await uploader.pieces()) ?? 0) >= second);
  await store.close();
});

test('the log goes to an SFTP server, also into folders with spaces on this side', async (t) => {
  const sshd = await startSshd(t);
  const key = await makeSshKey(tempDir(t), PATH);
  sshd.authorize(key.publicLine);
  const hostKey = await hostKeyOf({ host: '127.0.0.1', port: sshd.port }, PATH);
  const target = {
    kind: 'sftp' as const,
    host: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    path: join(sshd.folder, 'centrala'),
    hostKey,
  };
  const open = (port = sshd.port): LogPlace => sftpPlace({ ...target, port }, key, join(tempDir(t), 'a b'), PATH);
  const store = open();
  await goesThere(t, store, async () => {
    await store.close();
    await sshd.changeHostKey();
    return sftpPlace({ ...target, hostKey: await hostKeyOf({ host: '127.0.0.1', port: sshd.port }, PATH) }, key, tempDir(t), PATH);
  });
  t.true(existsSync(join(sshd.folder, 'centrala/centrala-log/bases')));
});
