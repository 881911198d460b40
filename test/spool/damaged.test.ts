import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { spoolFindings } from '../../core/health/doctor/spool.ts';
import { AppError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { openSpool } from '../../core/spool/spool.ts';
import { tempDir } from '../support/temp-dir.ts';

const open = (dir: string) => openSpool({ dir, log: silentLog, onFatal: () => {} });

test('a spool that cannot be read is named, so that nobody takes the database for damaged, and the doctor says what to do', async (t) => {
  const dir = tempDir(t);
  await (await open(dir)).close();
  t.like(spoolFindings(dir)[0], { state: 'ok' });
  writeFileSync(join(dir, 'spool.sqlite'), 'x'.repeat(65_536));
  for (const rest of ['-wal', '-shm']) rmSync(join(dir, `spool.sqlite${rest}`), { force: true });
  const error = await t.throwsAsync(open(dir), {
    instanceOf: AppError,
    message: /spool\.sqlite cannot be read \(file is not a database\)/,
  });
  t.regex(error?.help ?? '', /confirmed.*Move spool\.sqlite and spool\//);
  t.like(spoolFindings(dir)[0], { state: 'broken' });
});

test('bodies of confirmed mail whose rows are gone are set apart, and not taken for leftovers', async (t) => {
  const dir = tempDir(t);
  const body = join(dir, 'spool/01k');
  mkdirSync(join(dir, 'spool'));
  writeFileSync(body, 'Subject: x\r\n\r\n');
  utimesSync(body, 1, 1);
  const spool = await open(dir);
  t.is(await spool.count(), 0);
  await spool.close();
  const apart = readdirSync(dir).find((name) => name.startsWith('spool-without-rows-')) ?? '?';
  t.is(readFileSync(join(dir, apart, '01k'), 'utf8'), 'Subject: x\r\n\r\n');
});
