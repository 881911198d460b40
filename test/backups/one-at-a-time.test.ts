import { readFileSync } from 'node:fs';
import test from 'ava';
import { claimBackups } from '../../core/backups/claim.ts';
import { insertBackup } from '../../core/backups/store.ts';
import { transact } from '../../core/db/scope.ts';
import { administrator } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { ADMIN, product } from '../support/product.ts';
import { until } from '../support/until.ts';

test('while another process or the command makes a backup, the page and the API say so and begin none', async (t) => {
  const office = await officeFor(t);
  const admin = await administrator(office.base);
  const claim = claimBackups(office.dataDir);
  await transact(office.scope, (tx) => insertBackup(tx, 'command'));
  const page = (await admin.get('/backups')).text;
  t.true(page.includes('Kopia właśnie się wykonuje.'));
  t.is((await office.api('POST', '/backups')).status, 409);
  await admin.post('/backups', {});
  t.deepEqual(await office.scope.db('backups').pluck('state'), ['running']);
  claim.release();
});

test('a backup whose process is killed is said to have failed as soon as that is seen, not at the next start', async (t) => {
  const centrala = await product(t, ADMIN);
  const server = await centrala.start();
  const admin = await administrator(`http://127.0.0.1:${centrala.httpPort}`);
  await admin.get('/backups');
  await admin.post('/backups', {});
  const states = (): Promise<string[]> => centrala.db('backups').pluck('state');
  await until('it is under way', async () => (await states())[0] === 'running', 30_000);
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ').map(Number);
  const child = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0backup\0'));
  t.truthy(child);
  process.kill(Number(child), 'SIGKILL');
  await until('it has failed', async () => (await states())[0] === 'failed', 30_000);
  t.like(await centrala.db('backups').first(), { problem: 'interrupted' });
});
