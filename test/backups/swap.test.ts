import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { afterInterruption, goBack } from '../../core/backups/after-interruption.ts';
import { readOutcome } from '../../core/backups/outcome.ts';
import { type PreparedFile, writePrepared } from '../../core/backups/prepared-file.ts';
import { changePlaces } from '../../core/backups/restore.ts';
import { restoreSchema } from '../../core/backups/restore-schema.ts';
import { beginSwap, pendingSwap, type Swap } from '../../core/backups/swap.ts';
import { connect, type DatabaseTarget } from '../../core/db/connect.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';

const SWAP = { from: 'restore-1', before: 'before-restore-1', phase: 'files', schema: null } as const;
const partsOf = (dataDir: string, target: DatabaseTarget = { url: null, file: '' }) => ({
  dataDir,
  target,
  now: () => new Date(),
  path: '',
});
const PREPARED = {
  from: 'restore-1',
  snapshot: 'abcdef12',
  files: 1,
  manifest: {
    format: 1,
    version: '1',
    createdAt: '2026-11-27T00:00:00Z',
    engine: 'sqlite',
    migration: '',
    tables: {},
    samples: [],
    ledger: { seq: 0, hash: '' },
    files: [],
  },
} as const;
const NAMES = ['blobs', 'centrala.sqlite', 'secret.key'];

function filled(dir: string): void {
  mkdirSync(join(dir, 'restore-1/blobs'), { recursive: true });
  mkdirSync(join(dir, 'blobs'));
  for (const [place, word] of [
    [dir, 'old'],
    [join(dir, 'restore-1'), 'new'],
  ] as const) {
    writeFileSync(join(place, 'blobs/aa'), word);
    writeFileSync(join(place, 'centrala.sqlite'), word);
    writeFileSync(join(place, 'secret.key'), word);
  }
  writeFileSync(join(dir, 'centrala.sqlite-wal'), 'old');
}

test('a restore that dies at any of its renames is finished by the next start, with the old data beside the new', async (t) => {
  const whole = tempDir(t);
  filled(whole);
  await beginSwap(whole, SWAP);
  // Each moment at which the process can end: so many of the renames are done.
  const moves = [
    ['blobs', 'before-restore-1/blobs'],
    ['restore-1/blobs', 'blobs'],
    ['centrala.sqlite-wal', 'before-restore-1/centrala.sqlite-wal'],
    ['centrala.sqlite', 'before-restore-1/centrala.sqlite'],
    ['restore-1/centrala.sqlite', 'centrala.sqlite'],
    ['secret.key', 'before-restore-1/secret.key'],
    ['restore-1/secret.key', 'secret.key'],
  ] as const;
  for (let done = 0; done <= moves.length; done += 1) {
    const dir = tempDir(t);
    cpSync(whole, dir, { recursive: true });
    if (done > 0) mkdirSync(join(dir, 'before-restore-1'));
    for (const [from, to] of moves.slice(0, done)) renameSync(join(dir, from), join(dir, to));
    t.is(await afterInterruption(partsOf(dir)), 'finished');
    const read = (path: string): string => readFileSync(join(dir, path), 'utf8');
    t.deepEqual(['blobs/aa', 'centrala.sqlite', 'secret.key'].map(read), ['new', 'new', 'new'], `after ${done}`);
    t.deepEqual(
      ['blobs/aa', 'centrala.sqlite', 'centrala.sqlite-wal', 'secret.key'].map((path) => read(`before-restore-1/${path}`)),
      Array(4).fill('old'),
    );
    t.deepEqual(readdirSync(dir).sort(), ['before-restore-1', ...NAMES].sort());
    t.is(await afterInterruption(partsOf(dir)), null);
  }
});

test('data that was restored in the browser and does not start gives way to the old, also when that is interrupted at any rename', async (t) => {
  const whole = tempDir(t);
  filled(whole);
  mkdirSync(join(whole, 'restore-7'));
  writeFileSync(join(whole, 'restore-7.json'), 'left by one that was killed while it fetched');
  await writePrepared(whole, structuredClone(PREPARED) as unknown as PreparedFile);
  await beginSwap(whole, { ...SWAP, phase: 'ready', ticket: 'a ticket' });
  t.is(await afterInterruption(partsOf(whole)), 'finished');
  t.is(pendingSwap(whole)?.phase, 'answer');
  t.false(readdirSync(whole).some((name) => name.startsWith('restore-7')));
  t.is(await afterInterruption(partsOf(whole)), null, 'a start that is killed is none that failed');
  writeFileSync(join(whole, 'centrala.sqlite-wal'), 'new');
  await beginSwap(whole, { ...pendingSwap(whole), phase: 'back' } as Swap);
  const moves = [
    ['blobs', 'restore-1/blobs'],
    ['before-restore-1/blobs', 'blobs'],
    ['centrala.sqlite-wal', 'restore-1/centrala.sqlite-wal'],
    ['centrala.sqlite', 'restore-1/centrala.sqlite'],
    ['before-restore-1/centrala.sqlite-wal', 'centrala.sqlite-wal'],
    ['before-restore-1/centrala.sqlite', 'centrala.sqlite'],
  ] as const;
  for (let done = 0; done <= moves.length; done += 1) {
    const dir = tempDir(t);
    cpSync(whole, dir, { recursive: true });
    mkdirSync(join(dir, 'restore-1'));
    for (const [from, to] of moves.slice(0, done)) renameSync(join(dir, from), join(dir, to));
    t.true(await goBack(partsOf(dir), new Error('it did not start')));
    const read = (path: string): string => readFileSync(join(dir, path), 'utf8');
    t.deepEqual(['blobs/aa', 'centrala.sqlite', 'centrala.sqlite-wal', 'secret.key'].map(read), Array(4).fill('old'), `after ${done}`);
    t.deepEqual(readdirSync(dir).sort(), [...NAMES, 'centrala.sqlite-wal', 'restore-outcome.json'].sort());
    t.like(readOutcome(dir), { ticket: 'a ticket', snapshot: 'abcdef12', problem: 'no_answer', detail: 'it did not start' });
    t.false(await goBack(partsOf(dir), null), 'there is nothing to go back to');
  }
});

test('a database that could not be filled, or was left half filled by a crash, is the old one again', async (t) => {
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  if (target.url === null) {
    // SQLite changes places as a file, so there is nothing to go back to but the folder.
    await beginSwap(dir, { ...SWAP, phase: 'database' });
    mkdirSync(join(dir, 'restore-1'));
    t.is(await afterInterruption(partsOf(dir, target)), 'undone');
    t.false(existsSync(join(dir, 'restore-1')) || existsSync(join(dir, 'restoring.json')));
    return;
  }
  const db = connect(target);
  t.teardown(() => db.destroy());
  await db('settings').insert({ key: 'company.name', value: 'Stara', updated_at: '2026-11-27T00:00:00Z' });
  const parts = {
    dataDir: dir,
    target,
    path: '',
    now: () => new Date(),
    actor: { kind: 'system', task: 'test' } as const,
    wakeOutbox: () => {},
  };
  writeFileSync(join(dir, 'database.dump'), 'no dump at all');
  const broken = restoreSchema(
    { ...parts, file: join(dir, 'database.dump'), check: async () => {} },
    { from: 'restore-1', before: 'before-restore-1' },
  );
  await t.throwsAsync(broken, { message: /pg_restore failed/ });
  t.is((await db('settings').where({ key: 'company.name' }).first('value')).value, 'Stara');
  t.false(existsSync(join(dir, 'restoring.json')));

  await beginSwap(dir, { ...SWAP, phase: 'database', schema: { name: 'public', before: 'before_restore_1' } });
  await db.raw('alter schema public rename to before_restore_1');
  await db.raw('create schema public');
  await db.raw('create table settings (key text)');
  t.is(await afterInterruption(partsOf(dir, target)), 'undone');
  t.is((await db('settings').where({ key: 'company.name' }).first('value')).value, 'Stara');
  t.is(await afterInterruption(partsOf(dir, target)), null);
});

test('where something cannot change places in the middle, all of the old data is the data again, and the next start has nothing to finish', async (t) => {
  const dir = tempDir(t);
  filled(dir);
  // A folder that is full where an empty one is needed: as a mounted one, it cannot be replaced.
  for (const place of ['spool', 'before-restore-1/spool', 'restore-1/spool']) {
    mkdirSync(join(dir, place), { recursive: true });
    writeFileSync(join(dir, place, 'mail'), place);
  }
  const prepared = structuredClone(PREPARED) as unknown as PreparedFile;
  await t.throwsAsync(changePlaces(partsOf(dir), prepared, null), { code: 'ENOTEMPTY' });
  const read = (path: string): string => readFileSync(join(dir, path), 'utf8');
  t.deepEqual([...NAMES.slice(1), 'blobs/aa', 'centrala.sqlite-wal'].map(read), Array(4).fill('old'));
  t.is(read('spool/mail'), 'spool');
  t.is(pendingSwap(dir), null);
  t.is(await afterInterruption(partsOf(dir)), null);
});
