import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'better-sqlite3';
import { forgetOld } from '../../../core/backups/log-index.ts';
import { folderPlace } from '../../../core/backups/log-place.ts';
import { replayLog } from '../../../core/backups/log-replay.ts';
import { createShipper } from '../../../core/backups/log-ship.ts';
import { brokenPages } from '../../../core/db/sqlite-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const KEY = 'ABCDE-ABCDE';

function work(t: ExecutionContext<unknown>) {
  const [file, dir] = [join(tempDir(t), 'a.sqlite'), tempDir(t)];
  const db = new Database(file);
  db.pragma('journal_mode = wal');
  db.pragma('wal_autocheckpoint = 0');
  db.exec('create table notes (id integer primary key, text text)');
  let clock = 1_000_000;
  const shipper = createShipper({ file, dir, key: KEY, now: () => clock, files: async () => {} });
  t.teardown(() => {
    shipper.close();
    db.close();
  });
  const insert = db.prepare('insert into notes (text) values (?)');
  return {
    dir,
    db,
    shipper,
    add: (text: string) => insert.run(text),
    tick: (ms = 1000): number => {
      clock += ms;
      return clock;
    },
    /** Everything that was committed by the moment that it answers is there. */
    settled: async (): Promise<number> => {
      clock += 1000;
      const moment = clock;
      await shipper.ship();
      clock += 1;
      return moment;
    },
    at: async (moment: number): Promise<readonly string[]> => {
      const copy = join(tempDir(t), 'copy.sqlite');
      await replayLog(folderPlace(dir), KEY, new Date(moment), copy, tempDir(t));
      t.deepEqual(brokenPages(copy), []);
      const restored = new Database(copy);
      const rows = restored.prepare('select text from notes order by id').all() as { text: string }[];
      restored.close();
      return rows.map(({ text }) => text);
    },
  };
}

test('each moment of a shipped log has exactly what had been committed by then, also across checkpoints and logs that begin anew', async (t) => {
  const { dir, db, shipper, add, tick, settled, at } = work(t);
  add('before');
  await shipper.ship();
  const expected = new Map<number, number>();
  const rowsNow = (): number => (db.prepare('select count(*) as n from notes').get() as { n: number }).n;
  for (let n = 0; n < 300; n += 1) {
    add(`${n} ${'x'.repeat(n % 7 === 0 ? 9_000 : 100)}`);
    if (n % 11 === 0) db.prepare('delete from notes where id = ?').run(2);
    shipper.look();
    const moment = tick() - 1;
    if (n % 37 === 0) expected.set(moment, rowsNow());
    if (n % 20 === 0) await shipper.ship();
    // As the checkpoints of the server do it, and commits that find a long log.
    if (n % 29 === 0) db.pragma('wal_checkpoint(passive)');
  }
  await shipper.ship();
  for (const [moment, rows] of expected) t.is((await at(moment)).length, rows, `at ${moment}`);
  t.is((await at(await settled())).length, rowsNow());
  await t.throwsAsync(at(999_999), { message: /no log that goes back/ });
  // What was not shipped any more is not taken for nothing having happened.
  await t.throwsAsync(at(tick(60_000)), { message: /reaches to/ });
  // A day later the database is copied anew, and every moment before and after is there.
  tick(86_400_000);
  await shipper.ship();
  const early = Math.min(...expected.keys());
  t.is((await at(early)).length, expected.get(early) ?? -1);
  add('a day later');
  t.is((await at(await settled())).at(-1), 'a day later');
  // Eight days later the first copy is of no use to anybody.
  for (let day = 0; day < 8; day += 1) {
    tick(86_500_000);
    add(`day ${day}`);
    await shipper.ship();
    await forgetOld(folderPlace(dir), tick(0));
  }
  await t.throwsAsync(at(early), { message: /no log that goes back/ });
  t.is((await at(await settled())).at(-1), 'day 7');
});

test('a log of more than 16 MB begins anew without a gap, and one that others let begin anew is a new copy of all', async (t) => {
  const { dir, db, shipper, add, tick, settled, at } = work(t);
  await shipper.ship();
  tick();
  const big = 'y'.repeat(200_000);
  for (let n = 0; n < 120; n += 1) {
    add(`${n} ${big}`);
    shipper.look();
  }
  const first = await settled();
  t.is((await at(first)).length, 120);
  t.is(readdirSync(join(dir, 'pieces')).length, 1, 'one generation');
  add('after');
  const second = await settled();
  t.is((await at(second)).length, 121);
  t.is(readdirSync(join(dir, 'pieces')).length, 1);

  shipper.close();
  db.pragma('wal_checkpoint(truncate)');
  add('unseen');
  const next = createShipper({ file: db.name, dir, key: KEY, now: () => tick(), files: async () => {} });
  t.teardown(() => next.close());
  await next.ship();
  t.is(readdirSync(join(dir, 'pieces')).length, 2);
  const third = tick();
  await next.ship();
  t.is((await at(third)).at(-1), 'unseen');
  t.is((await at(second)).length, 121, 'the moment before is still there');
});

test('a shipped log that was cut or altered is refused', async (t) => {
  const { dir, shipper, add, settled, at } = work(t);
  add('one');
  await shipper.ship();
  add('two');
  const moment = await settled();
  const [run = ''] = readdirSync(join(dir, 'pieces'));
  const segments = readdirSync(join(dir, 'pieces', run));
  t.true(segments.length > 1);
  rmSync(join(dir, 'pieces', run, segments[0] ?? ''));
  await t.throwsAsync(at(moment), { message: /A piece of the log is missing/ });
});
