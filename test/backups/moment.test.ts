import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { logFindings } from '../../core/health/doctor/backup-log.ts';
import { centralaCommand } from '../support/cli.ts';
import { administrator, databaseUrl, newMachine } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { S3_KEY, startS3 } from '../support/s3-server.ts';
import { until } from '../support/until.ts';

test('an office whose backups go to a bucket goes back to a moment between two mails, with the files of the first and nothing of the second', async (t) => {
  const office = await officeFor(t);
  const admin = await administrator(office.base);
  const form = { isDaily: 'on', time: '02:30', keepDaily: '7', keepWeekly: '4', keepMonthly: '12' };
  if (databaseUrl(office) !== null) {
    t.false((await admin.get('/backups')).text.includes('isLogged'), 'PostgreSQL has tools of its own');
    return;
  }
  const cli = centralaCommand(office.dataDir, { url: null, file: '' });
  const s3 = await startS3(t);
  const place = ['s3', '--endpoint', s3.endpoint, '--bucket', 'kopie', '--path', 'centrala', '--key-id', S3_KEY.keyId];
  t.is((await cli(['backup', 'target', ...place], { input: S3_KEY.secret })).code, 0);
  t.is((await cli(['backup'])).code, 0);
  t.like((await office.api('GET', '/backups/log')).json, { isPossible: true, isOn: false, shippedAt: null });
  t.true((await admin.get('/backups')).text.includes('isLogged'));
  const on = await admin.post('/backups/schedule', { ...form, isLogged: 'on' });
  t.is(on.location, '/backups');
  const files = (): readonly string[] => [...s3.objects.keys()].filter((key) => key.startsWith('centrala/centrala-log/'));
  await until('the copy of the database is complete', async () => files().some((name) => /bases\/\d+-\d+-\d+\.age$/.test(name)), 60_000);

  /** Resolves when what was committed by now is there. */
  const shipped = async (): Promise<void> => {
    const at = Date.now();
    await office.scope.db('settings').insert({ key: `test.${at}`, value: 'x', updated_at: new Date(at).toISOString() });
    const reaches = (): number => Math.max(0, ...files().map((key) => Number(/\/reaches\/\d+-(\d+)$/.exec(key)?.[1] ?? 0)));
    await until('the log reaches to now', async () => reaches() > at, 60_000);
  };
  await office.mail({ from: 'jan@klient.test', subject: 'Pierwsza', text: 'x'.repeat(50_000) });
  await until('it is a conversation', async () => (await office.scope.db('conversations')).length === 1);
  await shipped();
  const moment = new Date();
  await shipped();
  await office.mail({ from: 'jan@klient.test', subject: 'Druga', text: 'y'.repeat(50_000) });
  await until('both are there', async () => (await office.scope.db('messages')).length === 2);
  await shipped();
  t.regex((await admin.get('/backups')).text, /Zmiany zapisane do/);
  t.like((await office.api('GET', '/backups/log')).json, { isOn: true, problem: null });
  const asked = { dataDir: office.dataDir, dir: '', key: null, path: process.env['PATH'] ?? '' };
  t.like(await logFindings(office.scope, asked), [{ state: 'ok', what: { key: 'health.log.what' } }]);

  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  const key = ['--key-file', join(office.dataDir, 'backup.key')];
  t.is((await machine.cli(['backup', 'target', ...place, ...key], { input: S3_KEY.secret })).code, 0);
  t.is((await machine.cli(['restore', 'latest', '--at', 'wczoraj', ...key])).code, 64);
  t.regex((await machine.cli(['restore', 'latest', '--at', '2020-01-01T00:00:00Z', ...key])).err, /no log that goes back/);
  const restored = await machine.cli(['restore', 'latest', '--at', moment.toISOString(), ...key]);
  t.is(restored.code, 0, restored.err);
  const db = connect({ url: null, file: join(machine.dir, 'centrala.sqlite') });
  t.deepEqual(
    (await db('conversations').select('subject')).map(({ subject }) => subject),
    ['Pierwsza'],
  );
  await db.destroy();
  const verified = await machine.cli(['ledger', 'verify']);
  t.is(verified.code, 0, verified.out);
  t.is((await readFile(join(machine.dir, 'secret.key'), 'utf8')).length > 30, true);
});
