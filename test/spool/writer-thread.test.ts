import { mkdirSync, readdirSync, readlinkSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { SpoolRow } from '../../core/spool/types.ts';
import { startWriter, WriterError } from '../../core/spool/writer-thread.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

function writerIn(t: ExecutionContext, restMs: number) {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'spool'));
  const writer = startWriter(dir, restMs);
  t.teardown(() => writer.close());
  return { dir, writer, isOpen: () => openFiles().includes(join(dir, 'spool.sqlite')) };
}

/** Of this process, with all its threads. */
const openFiles = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });

function row(n: number): SpoolRow {
  const body = new TextEncoder().encode(`mail ${n}`);
  const rest = { inboxIds: '[7]', contentType: 'message/rfc822', envelope: '{}', receivedAt: '2026-11-29T10:00:00.000Z' };
  return { ...rest, id: String(n).padStart(6, '0'), bytes: body.length, sha256: null, body };
}

test('The thread goes when the spool is empty and nobody asked, and comes back for what is to be kept', async (t) => {
  const { writer, isOpen } = writerIn(t, 50);
  t.is(await writer.ask({ do: 'count' }), 0);
  await until('it rests', () => !isOpen());
  t.is(await writer.ask({ do: 'count' }), 0);
  t.deepEqual(await writer.ask({ do: 'take', limit: 10 }), []);
  t.false(isOpen(), 'a spool known to be empty is not opened to be asked');

  await writer.ask({ do: 'write', rows: [row(1)], forget: [] });
  t.is(await writer.ask({ do: 'count' }), 1);
  await wait(300);
  t.true(isOpen(), 'what is kept is looked after');
  await writer.ask({ do: 'write', rows: [], forget: ['000001'] });
  await until('it rests again', () => !isOpen());
});

test('Whoever only asks, as a health check does all the time, does not keep the thread', async (t) => {
  const { writer, isOpen } = writerIn(t, 50);
  await writer.ask({ do: 'write', rows: [], forget: [] });
  await until('it rests', async () => {
    t.is(await writer.ask({ do: 'count' }), 0);
    return !isOpen();
  });
});

test('Whatever is written while the thread goes and comes is kept, in order', async (t) => {
  const { writer } = writerIn(t, 1);
  const kept: string[] = [];
  for (let n = 0; n < 150; n += 1) {
    // Now and then right when it goes, now and then long after.
    await wait(n % 7);
    const written = [writer.ask({ do: 'write', rows: [row(n)], forget: [] }), writer.ask({ do: 'take', limit: 10 })] as const;
    const [, taken] = await Promise.all(written);
    const ids = (taken as { id: string }[]).map(({ id }) => id);
    kept.push(...ids);
    await writer.ask({ do: 'write', rows: [], forget: ids });
  }
  t.deepEqual(
    kept,
    Array.from({ length: 150 }, (_, n) => String(n).padStart(6, '0')),
  );
});

test('A writer is closed in whatever state it is', async (t) => {
  for (const ms of [0, 1, 2, 5, 20, 60]) {
    const { writer, isOpen } = writerIn(t, 1);
    await writer.ask({ do: 'count' });
    await wait(ms);
    await writer.close();
    t.false(isOpen());
  }
});

test('A thread that comes back and cannot open the spool refuses for now, and is tried again', async (t) => {
  const { dir, writer, isOpen } = writerIn(t, 50);
  await writer.ask({ do: 'count' });
  await until('it rests', () => !isOpen());
  const file = join(dir, 'spool.sqlite');
  renameSync(file, `${file}.away`);
  mkdirSync(file);
  for (const n of [1, 2]) {
    const error = await t.throwsAsync(writer.ask({ do: 'write', rows: [row(n)], forget: [] }), { instanceOf: WriterError });
    t.false(error.isFatal, error.message);
  }
  rmdirSync(file);
  renameSync(`${file}.away`, file);
  await writer.ask({ do: 'write', rows: [row(3)], forget: [] });
  t.is(await writer.ask({ do: 'count' }), 1);
});
