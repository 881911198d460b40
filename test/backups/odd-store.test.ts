import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { blobPath } from '../../core/blobs/blobs.ts';
import { centralaCommand } from '../support/cli.ts';
import { httpClient } from '../support/http-client.ts';
import { databaseUrl, newMachine, running } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('a backup of a store that had lost a file can be restored, by its name and as one file, and says what is missing', async (t) => {
  const office = await officeFor(t);
  for (const n of [1, 2, 3]) await office.mail({ from: `k${n}@klient.test`, subject: `Sprawa ${n}` });
  await until('all are conversations', async () => (await office.scope.db('conversations')).length === 3);
  const { sha256 } = await office.scope.db('blobs').orderBy('sha256').first('sha256');
  rmSync(blobPath(join(office.dataDir, 'blobs'), sha256));
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  const made = await here(['backup']);
  t.is(made.code, 0, made.err);
  const archive = join(office.dataDir, 'all.centrala');
  t.is((await here(['backup', '--file', archive])).code, 0);

  for (const name of ['latest', archive]) {
    const machine = await newMachine(t, join(office.dataDir, 'backups'));
    const restored = await machine.cli(['restore', name, '--key-file', join(office.dataDir, 'backup.key')]);
    t.is(restored.code, 0, restored.err);
    t.regex(restored.err, /1 stored files were missing already when it was made.*centrala ledger repair/s);
    const copy = await running(t, machine);
    t.is((await copy.scope.db('messages')).length, 3);
  }
});

test('links and pipes that somebody has put into the data folder keep nobody from restoring', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Sprawa' });
  await until('it is a conversation', () => office.scope.db('conversations').first('id'));
  const odd = ['tls.pem', 'moje/link', 'moje/rura'];
  mkdirSync(join(office.dataDir, 'moje'));
  writeFileSync(join(office.dataDir, 'moje/notatka.txt'), 'zwykły plik');
  for (const name of odd.slice(0, 2)) symlinkSync('/etc/hostname', join(office.dataDir, name));
  t.is(spawnSync('mkfifo', [join(office.dataDir, 'moje/rura')]).status, 0);
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  const made = await here(['backup']);
  t.is(made.code, 0, made.err);
  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  const restored = await machine.cli(['restore', 'latest', '--key-file', join(office.dataDir, 'backup.key')]);
  t.is(restored.code, 0, restored.err);
  t.is(readFileSync(join(machine.dir, 'moje/notatka.txt'), 'utf8'), 'zwykły plik');
  for (const name of odd) t.is(lstatSync(join(machine.dir, name), { throwIfNoEntry: false }), undefined, name);
  t.is((await (await running(t, machine)).scope.db('messages')).length, 1);
});

test('the page of a restore says what was missing already', async (t) => {
  const { dataDir, base } = await officeFor(t);
  const ticket = 'a'.repeat(32);
  const done = { ticket, snapshot: 'abcdef12', createdAt: '2026-11-27T00:00:00Z', at: '2026-11-27T00:01:00Z', rows: 9, files: 7, lost: 2 };
  writeFileSync(
    join(dataDir, 'restore-outcome.json'),
    JSON.stringify({ ...done, before: null, schemaBefore: null, problem: null, detail: null }),
  );
  const page = await httpClient(base).get(`/restorations/${ticket}`);
  t.regex(page.text, /Przywrócono kopię[\s\S]*2 przechowywanych plików brakowało/);
});
