import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { logFindings } from '../../core/health/doctor/backup-log.ts';
import { localSecond } from '../../core/lib/local-time.ts';
import { ADMIN } from '../support/app.ts';
import { centralaCommand } from '../support/cli.ts';
import { httpClient } from '../support/http-client.ts';
import { administrator, databaseUrl } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { product } from '../support/product.ts';
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
  const moment = new Date(Math.ceil(Date.now() / 1000) * 1000);
  await until('that second is over', async () => Date.now() > moment.getTime());
  await shipped();
  await office.mail({ from: 'jan@klient.test', subject: 'Druga', text: 'y'.repeat(50_000) });
  await until('both are there', async () => (await office.scope.db('messages')).length === 2);
  await shipped();
  // One attempt may have been in vain; the next one says so.
  await until('the page says so', async () => /Zmiany zapisane do/.test((await admin.get('/backups')).text));
  const log = async (): Promise<{ isOn: boolean; problem: string | null }> => (await office.api('GET', '/backups/log')).json;
  await until('the next one was not', async () => (await log()).problem === null, 60_000);
  t.true((await log()).isOn);
  const asked = { dataDir: office.dataDir, dir: '', key: null, path: process.env['PATH'] ?? '' };
  t.like(await logFindings(office.scope, asked), [{ state: 'ok', what: { key: 'health.log.what' } }]);

  const asTyped = localSecond(moment, 'Europe/Warsaw');
  t.regex((await admin.get('/backups/moment')).text, /Zapis zmian sięga:[\s\S]*type="datetime-local"/);
  t.regex((await admin.get(`/backups/moment?at=${asTyped}`)).text, /Wszystko wróci do stanu z 20/);
  t.true((await admin.get('/backups/moment?at=2020-01-01T00:00:00')).text.includes('Tej chwili nie ma w zapisie zmian'));
  const order = { at: asTyped, name: 'inna', current: ADMIN.password };
  t.true((await admin.post('/backups/moment/restoration', order)).text.includes('To nie jest ta chwila'));

  // A bucket that does not answer for a moment is no alarm yet.
  s3.down(true);
  await office.scope.db('settings').insert({ key: 'test.down', value: 'x', updated_at: new Date().toISOString() });
  const card = async (): Promise<string> => /isLogged[\s\S]*?form-actions/.exec((await admin.get('/backups')).text)?.[0] ?? '';
  const told = await until('an attempt was in vain', async () => /callout[\s\S]*/.exec(await card())?.[0], 60_000);
  t.regex(told, /is-warn[\s\S]*Jedna próba zapisania[\s\S]*Zmiany zapisane do/);
  s3.down(false);
  await until('the next one was not', async () => !(await card()).includes('callout'), 60_000);

  // On an empty machine, in the browser; nothing is set there before a restore begins.
  const empty = await product(t);
  await empty.start();
  const [, token = ''] = /setup\?token=([\w-]+)/.exec(empty.output()) ?? [];
  const visitor = httpClient(`http://127.0.0.1:${empty.httpPort}`);
  const key = (await readFile(join(office.dataDir, 'backup.key'), 'utf8')).trim();
  const bucket = { kind: 's3', endpoint: s3.endpoint, bucket: 'kopie', s3Path: 'centrala', ...S3_KEY };
  await visitor.get(`/setup/restore?token=${token}`);
  t.regex((await visitor.post('/setup/restore', { token, key, ...bucket, secret: 'nie ten' })).text, /Serwer nie wpuszcza/);
  const listed = await visitor.post('/setup/restore', { token, key, ...bucket });
  t.regex(listed.text, /Powrót do chwili/);
  t.false(listed.text.includes(S3_KEY.secret) || existsSync(join(empty.dir, 'backup-target.json')));
  t.regex((await visitor.get(`/setup/restore/moment?token=${token}&at=${asTyped}`)).text, /Wróć do tej chwili/);
  const begun = await visitor.post('/setup/restore/moment', { token, at: asTyped });
  const restored = async (): Promise<string | null> => {
    const page = await visitor.get(begun.location ?? '').catch(() => null);
    return page?.status === 200 && !page.text.includes('every 2s') ? page.text : null;
  };
  t.regex(await until('the restore is over', restored, 120_000), /Przywrócono kopię/);
  t.deepEqual(
    (await empty.db('conversations').select('subject')).map(({ subject }) => subject),
    ['Pierwsza'],
  );
  t.true(existsSync(join(empty.dir, 'backup-target.json')), 'its backups go on there');
  t.truthy(await empty.centrala('ledger', 'verify'));
});
