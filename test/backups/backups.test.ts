import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { connect } from '../../core/db/connect.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { ADMIN } from '../support/app.ts';
import { centralaCommand } from '../support/cli.ts';
import { administrator, databaseUrl, newMachine, running } from '../support/machines.ts';
import { type Office, officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

interface Made {
  readonly state: string;
  readonly problem: string | null;
  readonly snapshot: string;
  readonly rows: number;
  readonly filesCompared: number;
}

/** Every row of the tables that people would miss, as text. */
async function contents(scope: Pick<Office['scope'], 'db'>): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = [
    'conversations',
    'messages',
    'attachments',
    'contacts',
    'agents',
    'inboxes',
    'raw_inbound',
    'ledger_entries',
    'audit_entries',
  ];
  const found = new Map<string, readonly string[]>();
  for (const table of tables)
    found.set(
      table,
      (await scope.db(table).orderBy(1).select()).map((row) => JSON.stringify(row)),
    );
  return found;
}

test('a backup made while mail comes in is restored on trial, and on an empty machine brings back every row, file and password', async (t) => {
  const office = await officeFor(t);
  const attached = 'zażółć '.repeat(40_000);
  for (let n = 0; n < 12; n += 1)
    await office.mail({ from: `k${n}@klient.test`, subject: `Sprawa ${n}`, text: n === 3 ? attached : `Treść ${n}` });
  await until('all are conversations', async () => (await office.scope.db('conversations')).length === 12);
  const admin = await administrator(office.base);
  t.true((await admin.get('/backups')).text.includes('Nie ma jeszcze kopii'));

  // Begun in the browser; mail keeps coming meanwhile.
  t.is((await admin.post('/backups', {})).location, '/backups');
  t.is((await office.api('POST', '/backups')).status, 409);
  for (let n = 12; n < 20; n += 1) await office.mail({ from: `k${n}@klient.test`, subject: `Sprawa ${n}` });
  const [made] = await until(
    'the backup is over',
    async () => {
      await wait(300);
      const { items } = (await office.api('GET', '/backups')).json as { items: Made[] };
      return items[0] && items[0].state !== 'running' ? items : null;
    },
    120_000,
  );
  t.like(made, { state: 'verified', problem: null });
  t.true((made?.rows ?? 0) > 100 && (made?.filesCompared ?? 0) >= 12);
  const page = (await admin.get('/backups')).text;
  t.true(page.includes('odtworzona na próbę') && page.includes(made?.snapshot ?? '?'));
  t.is((await admin.post('/backups/key', { current: 'nie to' })).status, 422);
  const key = /[A-Z0-9]{5}(-[A-Z0-9]{5}){7}/.exec((await admin.post('/backups/key', { current: ADMIN.password })).text)?.[0] ?? '';
  t.is(key, (await readFile(join(office.dataDir, 'backup.key'), 'utf8')).trim());

  // A second one has only what is new.
  await until('all are conversations', async () => (await office.scope.db('conversations')).length === 20);
  await until('the first one is in the audit', () => office.scope.db('audit_entries').where({ act: 'backup.finished' }).first('seq'));
  const before = await contents(office.scope);
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  const second = await here(['backup']);
  t.is(second.code, 0, second.err);

  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  t.regex((await machine.cli(['restore', 'latest'])).err, /recovery key is not known/);
  const keyFile = join(machine.dir, 'typed-key');
  await writeFile(keyFile, 'ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE');
  t.regex((await machine.cli(['restore', 'latest', '--key-file', keyFile])).err, /does not open/);
  await writeFile(keyFile, key.toLowerCase().replaceAll('-', ' '));
  if (databaseUrl(office)) {
    const env = { CENTRALA_BACKUP_DIR: join(office.dataDir, 'backups') };
    const drill = centralaCommand(tempDir(t), { url: databaseUrl(office), file: '' }, env);
    t.regex(
      (await drill(['restore', 'latest', '--key-file', keyFile])).err,
      /at work in the database/,
      'another folder, but the database in use',
    );
  }
  const restored = await machine.cli(['restore', 'latest', '--key-file', keyFile]);
  t.is(restored.code, 0, restored.err);
  t.regex(restored.last, /rows and \d+ files are what they were/);
  t.notRegex(restored.err, /old (data|tables)/, 'there was nothing before');
  const copy = await running(t, machine);
  await until('that it was restored is in the audit', () => copy.scope.db('audit_entries').where({ act: 'backup.restored' }).first('seq'));
  const restoredContents = await contents(copy.scope);
  const [its] = await copy.scope.db('backups').orderBy('id', 'desc').limit(1);
  t.like(its, { state: 'verified', snapshot: second.last.slice(0, 8) }, 'nobody is told that the backup failed which was just restored');
  const isOld = (row: string): boolean => !row.includes('"backup.restored"');
  for (const [table, rows] of before) t.deepEqual(restoredContents.get(table)?.filter(isOld), rows, table);
  const findings = [];
  for await (const finding of verifyLedger(copy.scope, openBlobs(join(machine.dir, 'blobs')), { since: null })) findings.push(finding);
  t.deepEqual(findings, []);
  t.true((await (await administrator(copy.base)).get('/conversations?q=Sprawa')).text.includes('Sprawa 19'));

  // What happened after the backup steps aside, and is kept.
  await copy.scope.db('conversations').where({ id: 1 }).update({ subject: 'Po kopii' });
  t.regex((await machine.cli(['restore', 'latest'])).err, /already at work/);
  await copy.stop();
  const leftover = join(machine.dir, 'restore-20261127000000000');
  await mkdir(leftover);
  const again = await machine.cli(['restore', 'latest']);
  t.false(existsSync(leftover), 'what one left that was cut short takes no room from the next');
  t.is(again.code, 0, again.err);
  t.regex(again.err, /old (data|tables)/);
  const db = connect({ url: machine.url, file: join(machine.dir, 'centrala.sqlite') });
  t.is((await db('conversations').where({ id: 1 }).first('subject')).subject, 'Sprawa 0');
  await db.destroy();
});
