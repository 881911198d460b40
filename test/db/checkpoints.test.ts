import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startCheckpoints } from '../../core/db/checkpoints.ts';
import { connect } from '../../core/db/connect.ts';
import { silentLog } from '../../core/lib/log.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('what is written goes from the log into the database file on another thread, long before a commit would do it', async (t) => {
  const file = join(tempDir(t), 'test.sqlite');
  const db = connect({ url: null, file });
  await db.raw('create table parts (bytes blob not null)');
  const checkpoints = await startCheckpoints(db, file, silentLog, 300);
  const before = statSync(file).size;
  for (let n = 0; n < 6; n += 1) await db('parts').insert({ bytes: Buffer.alloc(1_000_000, n) });
  await until('the file has grown by what was written', () => statSync(file).size > before + 5_000_000);

  await until('the thread has gone, and the log is short', () => statSync(`${file}-wal`).size < 1_000_000);

  await checkpoints.stop();
  await db('parts').insert({ bytes: Buffer.alloc(10) });
  t.is((await db('parts').select('rowid')).length, 7);
  await db.destroy();
  t.throws(() => statSync(`${file}-wal`), { code: 'ENOENT' }, 'nobody holds the log');
});
