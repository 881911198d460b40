import { join } from 'node:path';
import test from 'ava';
import { claimFolder, claimIfFree, claimSeat, seatsOf } from '../../core/db/only-process.ts';
import { tempDir } from '../support/temp-dir.ts';

test('each of several processes in one data folder has a seat of its own, and one that was given up is the next one’s', (t) => {
  const dir = tempDir(t);
  const [first, second] = [claimSeat(dir), claimSeat(dir)];
  t.deepEqual([first.dir, first.isFirst, second.dir, second.isFirst], [dir, true, join(dir, 'processes', '1'), false]);
  t.deepEqual(seatsOf(dir), [first.dir, second.dir]);
  t.throws(() => claimFolder(dir), { code: 'already_running' }, 'a process that shares with nobody');
  t.is(claimIfFree(second.dir), null);
  second.release();
  const again = claimSeat(dir);
  t.is(again.dir, second.dir);
  first.release();
  t.throws(() => claimFolder(dir), { code: 'already_running' }, 'while one of them is left');
  again.release();
  const alone = claimFolder(dir);
  t.throws(() => claimSeat(dir), { code: 'already_running' });
  alone.release();
  claimSeat(dir).release();
});
