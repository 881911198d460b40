import { join } from 'node:path';
import test from 'ava';
import { claimBackups } from '../../core/backups/claim.ts';
import { nextDue } from '../../core/backups/schedule.ts';
import { ADMIN, startApp } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { startSshd } from '../support/sshd.ts';

test('the next backup is the coming moment at which it is that time in the company', (t) => {
  const next = (now: string): string => nextDue('02:30', 'Europe/Warsaw', new Date(now)).toISOString();
  t.is(next('2026-11-27T01:29:00Z'), '2026-11-27T01:30:00.000Z');
  t.is(next('2026-11-27T01:30:00Z'), '2026-11-28T01:30:00.000Z');
  t.is(next('2026-10-24T12:00:00Z'), '2026-10-25T00:30:00.000Z');
});

test('an administrator chooses where backups go, confirms the key of the server and tries it, in the browser and by the API', async (t) => {
  const sshd = await startSshd(t);
  const app = await startApp(t);
  const admin = await loggedInClient(app.base, ADMIN);
  t.regex((await admin.get('/backups')).text, /Najbliższa: .*Europe\/Warsaw/);
  t.regex((await admin.get('/backups/target')).text, /value="folder"[^>]*checked/);
  t.regex((await admin.get('/outgoing')).text, /pytania do DNS<\/td><td>[^\n]*nieliczone/);

  const s3 = { kind: 's3', endpoint: 'http://127.0.0.1:1', bucket: 'kopie', s3Path: 'a', keyId: 'ID', secret: 'bardzo tajne' };
  const wrong = await admin.post('/backups/target', { ...s3, bucket: 'Zła nazwa', s3Path: '../x' });
  t.is(wrong.status, 422);
  t.true(wrong.text.includes('Od 3 do 63 małych liter') && wrong.text.includes('Litery, cyfry, kropki'));
  const saved = await admin.post('/backups/target', s3);
  t.true(saved.text.includes('Zapisano') && saved.text.includes('Nie udało się: połączenie'), 'it is tried at once');
  const stored = (await admin.get('/backups/target')).text;
  t.true(stored.includes('s3:http://127.0.0.1:1/kopie/a') && !stored.includes('bardzo tajne'));
  t.is((await admin.post('/backups/target', { ...s3, s3Path: 'b', secret: '' })).status, 200, 'the secret stays');
  t.is((await admin.post('/backups/target', { ...s3, keyId: 'OTHER', secret: '' })).status, 422, 'but not for another key');
  t.true((await admin.post('/backups/target/trial', {})).text.includes('Nie udało się: połączenie'));
  t.true((await admin.get('/outgoing')).text.includes('kopie zapasowe'));

  const where = { kind: 'sftp', host: '127.0.0.1', port: String(sshd.port), user: sshd.user, sftpPath: join(sshd.folder, 'kopie') };
  t.is((await admin.post('/backups/target', where)).status, 200);
  const page = (await admin.get('/backups/target')).text;
  sshd.authorize(/ssh-ed25519 \S+ centrala-backups/.exec(page)?.[0] ?? '');
  t.true(page.includes('nie jest jeszcze potwierdzony'));
  t.true((await admin.post('/backups/target/trial', {})).text.includes('Nie udało się: klucz serwera'));
  t.true((await admin.post('/backups/target/host-key', {})).text.includes(sshd.fingerprint));
  const other = await admin.post('/backups/target/host-key/confirmation', { fingerprint: 'SHA256:cudzy' });
  t.true(other.text.includes('albo się zmienił'));
  t.like((await app.api('GET', '/backups/target')).json, { kind: 'sftp', fingerprint: null });
  const confirmed = await admin.post('/backups/target/host-key/confirmation', { fingerprint: sshd.fingerprint });
  t.true(confirmed.text.includes('Potwierdzony klucz serwera'));
  t.true((await admin.post('/backups/target/trial', {})).text.includes('Działa: zapis, odczyt i usuwanie'));

  t.deepEqual((await app.api('GET', '/backups/target/host-key')).json, { fingerprint: sshd.fingerprint });
  t.is((await app.api('PUT', '/backups/target', { kind: 'folder', dir: 'bez ukośnika' })).status, 422);
  const folder = (await app.api('PUT', '/backups/target', { kind: 'folder', dir: join(sshd.folder, 'tu') })).json;
  t.like(folder, { kind: 'folder', place: join(sshd.folder, 'tu') });
  t.like((await app.api('POST', '/backups/target/trial')).json, { done: ['open', 'write', 'read', 'remove'], failed: null });
  const atWork = claimBackups(app.dataDir);
  t.like(await app.api('POST', '/backups/target/trial'), { status: 409, json: { code: 'backup_under_way' } });
  t.true((await admin.post('/backups/target/trial', {})).text.includes('Właśnie trwa wykonywanie kopii'));
  atWork.release();
  t.true((await admin.get('/audit')).text.includes('miejsce kopii zapasowych'));
});
