import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { InboxId } from '../../core/lib/ids.ts';
import type { Log } from '../../core/lib/log.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import type { RawInbound } from '../../core/plugins/contract.ts';
import { watchDiskSpace } from '../../core/spool/disk-space.ts';
import { openSpool, type SpoolOptions } from '../../core/spool/spool.ts';
import { tempDir } from '../support/temp-dir.ts';

const MIB = 1024 * 1024;

function raw(content: string | Uint8Array, rest: Partial<RawInbound> = {}): RawInbound {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    inboxIds: [7 as InboxId],
    contentType: 'message/rfc822',
    envelope: { from: 'a@example.com' },
    maxBytes: 4 * MIB,
    body: (async function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })(),
    ...rest,
  };
}

async function spoolIn(t: ExecutionContext, dir: string, options: Partial<SpoolOptions> = {}) {
  const spool = await openSpool({ dir, log: silentLog, onFatal: () => t.fail('the spool failed'), ...options });
  t.teardown(() => spool.close());
  return spool;
}

test('A kept mail is still in the spool when it is opened again', async (t) => {
  const dir = tempDir(t);
  const first = await openSpool({ dir, log: silentLog, onFatal: () => {} });
  const kept = await first.keep(raw('Subject: hello\r\n\r\nhi'));
  await first.close();
  const [spooled, ...others] = await (await spoolIn(t, dir)).take(10);
  t.deepEqual(others, []);
  t.like(kept, { state: 'kept', id: spooled?.id });
  t.is(spooled?.sha256, sha256('Subject: hello\r\n\r\nhi'));
  t.deepEqual(spooled?.inboxIds, [7]);
  t.deepEqual(spooled?.envelope, { from: 'a@example.com' });
  t.true(spooled && 'bytes' in spooled.body && Buffer.from(spooled.body.bytes).toString().endsWith('hi'));
});

test('A body over 256 KiB is kept in a file only its owner may read', async (t) => {
  const dir = tempDir(t);
  const spool = await spoolIn(t, dir);
  const content = Buffer.alloc(MIB, 'x');
  await spool.keep(raw(content));
  const [spooled] = await spool.take(10);
  t.is(spooled?.sha256, sha256(content));
  t.is(spooled?.bytes, MIB);
  const file = spooled && 'file' in spooled.body ? spooled.body.file : '';
  t.is(statSync(file).size, MIB);
  t.is(statSync(file).mode & 0o077, 0);
});

test('Mails kept at the same time come back in the order of their ids, each once', async (t) => {
  const spool = await spoolIn(t, tempDir(t));
  let commits = 0;
  spool.onKept(() => {
    commits += 1;
  });
  const kept = await Promise.all(Array.from({ length: 200 }, (_, n) => spool.keep(raw(`mail ${n}`))));
  t.true(kept.every(({ state }) => state === 'kept'));
  const ids = (await spool.take(1000)).map(({ id }) => id);
  t.is(new Set(ids).size, 200);
  t.deepEqual(ids, ids.toSorted());
  t.true(commits < 20, `${commits} commits for 200 mails`);
});

test('What nobody waits for does not count as mail that is being kept', async (t) => {
  const spool = await spoolIn(t, tempDir(t));
  const busy: number[] = [];
  spool.onKept(() => void busy.push(spool.busy()));
  await spool.keep(raw('a sender waits'));
  await spool.keep(raw('out of an account', { isPatient: true }));
  t.deepEqual(busy, [1, 0]);
});

test('What is over the limit is read to its end and nothing of it is stored', async (t) => {
  const dir = tempDir(t);
  const spool = await spoolIn(t, dir);
  t.deepEqual(await spool.keep(raw(Buffer.alloc(2 * MIB), { maxBytes: MIB })), { state: 'too_large', bytes: 2 * MIB });
  t.deepEqual(await spool.keep(raw('12345', { maxBytes: 4 })), { state: 'too_large', bytes: 5 });
  t.is((await spool.keep(raw('1234', { maxBytes: 4 }))).state, 'kept');
  t.is(await spool.count(), 1);
  t.deepEqual(readdirSync(join(dir, 'spool')), []);
});

test('A nearly full disk refuses mail for now, after reading it to its end', async (t) => {
  const spool = await spoolIn(t, tempDir(t), { freeBytes: async () => 150 * MIB });
  let isRead = false;
  const body = (async function* () {
    yield Buffer.from('x');
    isRead = true;
  })();
  await t.throwsAsync(spool.keep(raw('', { body })), { code: 'temporary' });
  t.true(isRead);
  t.is(await spool.count(), 0);
});

test('What a full disk says is asked again at once after a write failed, and otherwise once a second', async (t) => {
  let free = 500 * MIB;
  let asked = 0;
  const space = watchDiskSpace('/x', async () => {
    asked += 1;
    return free;
  });
  t.false((await space.state(MIB)).isFull);
  free = 0;
  t.false((await space.state(MIB)).isFull);
  t.is(asked, 1);
  space.forget();
  t.true((await space.state(MIB)).isFull);
  free = 250 * MIB;
  space.forget();
  t.deepEqual(await space.state(200 * MIB), { freeBytes: 250 * MIB, neededBytes: 400 * MIB, isFull: true });
});

test('A sender who hangs up in the middle leaves nothing behind', async (t) => {
  const dir = tempDir(t);
  const spool = await spoolIn(t, dir);
  const body = (async function* () {
    yield Buffer.alloc(MIB);
    throw new Error('connection reset');
  })();
  await t.throwsAsync(spool.keep(raw('', { body })), { message: 'connection reset' });
  t.deepEqual(readdirSync(join(dir, 'spool')), []);
  t.is(await spool.count(), 0);
});

test('Forgotten mails are gone with their files, set-aside ones come back at the next start', async (t) => {
  const dir = tempDir(t);
  const spool = await openSpool({ dir, log: silentLog, onFatal: () => {} });
  await spool.keep(raw('one'));
  await spool.keep(raw(Buffer.alloc(MIB)));
  const [one, two] = await spool.take(10);
  await spool.setAside([one?.id ?? '']);
  t.deepEqual(
    (await spool.take(10)).map(({ id }) => id),
    [two?.id],
  );
  await spool.forget(two ? [two] : []);
  t.deepEqual(readdirSync(join(dir, 'spool')), []);
  t.is(await spool.count(), 1);
  await spool.close();
  t.deepEqual(
    (await (await spoolIn(t, dir)).take(10)).map(({ id }) => id),
    [one?.id],
  );
});

test('At start old files without a row are removed, young ones stay and rows without a file are reported', async (t) => {
  const dir = tempDir(t);
  const first = await openSpool({ dir, log: silentLog, onFatal: () => {} });
  await first.keep(raw(Buffer.alloc(MIB)));
  await first.close();
  for (const name of readdirSync(join(dir, 'spool'))) rmSync(join(dir, 'spool', name));
  for (const name of ['old', 'young']) writeFileSync(join(dir, 'spool', name), 'half');
  utimesSync(join(dir, 'spool', 'old'), new Date(0), new Date(0));
  const events: string[] = [];
  const log: Log = { ...silentLog, warn: (event) => void events.push(event) };
  await spoolIn(t, dir, { log });
  t.deepEqual(readdirSync(join(dir, 'spool')), ['young']);
  t.deepEqual(events, ['spool_file_missing']);
});
