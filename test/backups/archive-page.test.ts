import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { archiveManifest } from '../../core/backups/archive.ts';
import { ADMIN, startApp } from '../support/app.ts';
import { loggedInClient, multipart } from '../support/http-client.ts';
import { tempDir } from '../support/temp-dir.ts';

test('an administrator downloads everything as one file after his password, and is shown what is in one that he sends', async (t) => {
  const app = await startApp(t);
  const admin = await loggedInClient(app.base, ADMIN);
  t.regex((await admin.get('/backups/archive')).text, /Pobierz jako jeden plik/);
  t.is((await admin.post('/backups/archive', { current: 'nie to' })).status, 422);
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const body = new URLSearchParams({ _csrf: admin.csrf(), current: ADMIN.password });
  const answer = await fetch(`${app.base}/backups/archive`, { method: 'POST', body, headers: { cookie } });
  t.is(answer.status, 200);
  t.regex(answer.headers.get('content-disposition') ?? '', /centrala-\d{4}-\d\d-\d\d\.tar\.zst\.age/);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const file = join(tempDir(t), 'got.age');
  writeFileSync(file, bytes);
  const key = readFileSync(join(app.dataDir, 'backup.key'), 'utf8').trim();
  t.true(((await archiveManifest(file, key)).tables['agents'] ?? 0) > 0);

  await admin.get('/backups/archive');
  const send = async (content: Buffer, fields: Record<string, string> = {}) =>
    admin.send(
      'POST',
      '/backups/archive/contents',
      multipart({ _csrf: admin.csrf(), current: ADMIN.password, key: '', ...fields }, [
        new File([new Uint8Array(content)], 'kopia.age', { type: 'application/octet-stream' }),
      ]),
    );
  const cut = await send(bytes.subarray(0, 5_000));
  t.is(cut.status, 422);
  t.true(cut.text.includes('Kopia jest uszkodzona albo zmieniona'));
  t.true((await send(bytes, { key: 'ABCDE-ABCDE' })).text.includes('Klucz odzyskiwania nie pasuje'));
  t.is((await send(bytes, { current: 'nie to' })).status, 422);
  const shown = await send(bytes);
  t.is(shown.status, 200);
  t.true(shown.text.includes('Co jest w kopii') && shown.text.includes('Osoby'));
  t.is(readdirSync(app.dataDir).filter((name) => name.startsWith('backup-upload-')).length, 1, 'only the last one is kept');
  t.is((await admin.post('/backups/archive/restoration', { name: 'cokolwiek' })).status, 422);
});
