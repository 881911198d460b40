import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { beginSwap } from '../../core/backups/swap.ts';
import { httpClient, loggedInClient, multipart } from '../support/http-client.ts';
import { ADMIN, type Product, product } from '../support/product.ts';
import { startSshd } from '../support/sshd.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const ANNA = { email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD };
const addressOf = ({ httpPort }: Product): string => `http://127.0.0.1:${httpPort}`;

/** What the page that waits says in the end; the server is away in the middle. */
async function outcome(base: string, path: string): Promise<string> {
  const visitor = httpClient(base);
  return until(
    'the restore is over',
    async () => {
      await wait(300);
      const page = await visitor.get(path).catch(() => null);
      return page?.status === 200 && !page.text.includes('every 2s') ? page.text : null;
    },
    120_000,
  );
}

test('a backup is restored in the browser, here and from the set-up page of an empty machine, and the server comes back by itself', async (t) => {
  const here = await product(t, { ...ADMIN, CENTRALA_LOG_LEVEL: 'info' });
  await here.start();
  const base = addressOf(here);
  const admin = await loggedInClient(base, ANNA);
  await here.db('settings').where({ key: 'company.name' }).delete();
  await here.db('settings').insert({ key: 'company.name', value: 'Rowery', updated_at: '2026-11-27T00:00:00Z' });
  const made = JSON.parse((await here.centrala('backup', '--json')).trimEnd().split('\n').at(-1) ?? '{}');
  t.is(made.state, 'verified');
  const name: string = made.snapshot;
  await here.db('settings').where({ key: 'company.name' }).update({ value: 'Po kopii' });

  t.true((await admin.get('/backups/snapshots')).text.includes(name));
  const contents = await admin.get(`/backups/snapshots/${name}`);
  t.regex(contents.text, /Rozmowy[\s\S]*Wersja Centrali/);
  t.is((await admin.get('/backups/snapshots/abcdef12')).status, 404);
  const order = `/backups/snapshots/${name}/restoration`;
  t.is((await admin.post(order, { name, current: 'nie to' })).status, 422);
  t.true((await admin.post(order, { name: 'abcdef12', current: ANNA.password })).text.includes('To nie jest nazwa tej kopii'));
  t.false(
    readdirSync(here.dir).some((file) => file.startsWith('restor')),
    'nothing was begun',
  );
  const begun = await admin.post(order, { name, current: ANNA.password });
  t.regex(begun.location ?? '', /^\/restorations\/[\w-]{20,}$/);
  t.true((await outcome(base, begun.location ?? '')).includes('Przywrócono kopię'));
  const lines = here.output().split('\n');
  t.true(lines.some((line) => /"request":.*"restore_is_ready"/.test(line)));
  const started = lines.findLast((line) => line.includes('"event":"started"')) ?? '';
  t.notRegex(started, /"request"/, 'what the new start does is not the work of the click');
  const front = (await httpClient(base).get('/login')).text;
  t.true(front.includes('Rowery') && !front.includes('Po kopii'));
  t.is((await httpClient(base).get('/restorations/nobody-knows-this')).status, 404);
  const again = await loggedInClient(base, ANNA);
  const page = (await again.get('/backups')).text;
  t.true(page.includes('before-restore-') || page.includes('before_restore_'), 'says where the old data is');
  t.regex(page, /czeka w kolejce na czyjąś decyzję[^<]*<a href="\/deliveries">/, 'and what to look at now');
  t.true(page.includes(name) && page.includes('odtworzona na próbę'), 'the backup that was restored is a good one');
  await until('it is in the audit', async () => (await again.get('/audit')).text.includes('Przywrócono z kopii'));

  // The same from a file that is sent.
  const file = join(tempDir(t), 'centrala.age');
  await here.centrala('backup', '--file', file);
  await here.db('settings').where({ key: 'company.name' }).update({ value: 'Po pliku' });
  await again.get('/backups/archive');
  const fields = { _csrf: again.csrf(), current: ANNA.password, key: '' };
  const sent = multipart(fields, [new File([new Uint8Array(readFileSync(file))], 'kopia.age')]);
  const shown = await again.send('POST', '/backups/archive/contents', sent);
  const short = /Przepisz nazwę kopii: ([0-9a-f]{8})/.exec(shown.text)?.[1] ?? '';
  const fromFile = await again.post('/backups/archive/restoration', { name: short });
  t.true((await outcome(base, fromFile.location ?? '')).includes('Przywrócono kopię'));
  const then = (await httpClient(base).get('/login')).text;
  t.true(then.includes('Rowery') && !then.includes('Po pliku'));
  t.false(readdirSync(here.dir).some((one) => one.startsWith('backup-upload-')));

  // One whose data no start can open: the process goes back by itself.
  await here.end('SIGTERM');
  mkdirSync(join(here.dir, 'restore-1'));
  writeFileSync(join(here.dir, 'restore-1/centrala.sqlite'), 'no database at all '.repeat(1000));
  const manifest = { format: 1, version: '1', createdAt: '2026-11-27T00:00:00Z', engine: 'sqlite', migration: '', tables: {}, samples: [] };
  const about = { ...manifest, ledger: { seq: 0, hash: '' }, files: [] };
  writeFileSync(join(here.dir, 'restore-1.json'), JSON.stringify({ from: 'restore-1', snapshot: 'abcdef12', files: 0, manifest: about }));
  await beginSwap(here.dir, { from: 'restore-1', before: 'before-restore-1', phase: 'ready', schema: null, ticket: 'the-ticket-of-it' });
  await here.start();
  t.true((await httpClient(base).get('/restorations/the-ticket-of-it')).text.includes('Przywracanie się nie udało'));
  t.is((await (await loggedInClient(base, ANNA)).get('/backups')).status, 200);

  const empty = await product(t);
  await empty.start();
  const [, token = ''] = /setup\?token=([\w-]+)/.exec(empty.output()) ?? [];
  const visitor = httpClient(addressOf(empty));
  t.is((await visitor.get('/setup/restore?token=x')).status, 403);
  t.true((await visitor.get(`/setup/restore?token=${token}`)).text.includes('Zasobnik S3'));
  const dir = join(here.dir, 'backups');
  const key = readFileSync(join(here.dir, 'backup.key'), 'utf8').trim();
  t.is((await visitor.post('/setup/restore', { token: 'x', kind: 'folder', dir, key })).status, 403);
  const wrong = await visitor.post('/setup/restore', {
    token,
    kind: 'folder',
    dir,
    key: 'ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE',
  });
  t.true(wrong.text.includes('Klucz odzyskiwania nie pasuje'));
  t.regex((await visitor.post('/setup/restore', { token, kind: 'folder', dir: join(dir, 'nowhere'), key })).text, /nie ma kopii/);
  // A server proves itself before anything else, and this machine shows a key of its own.
  const sshd = await startSshd(t);
  const server = { kind: 'sftp', host: '127.0.0.1', port: String(sshd.port), user: sshd.user, sftpPath: join(sshd.folder, 'kopie') };
  const proof = await visitor.post('/setup/restore', { token, key, ...server });
  t.true(proof.text.includes(sshd.fingerprint));
  const confirmed = { token, fingerprint: sshd.fingerprint };
  t.regex((await visitor.post('/setup/restore/host-key', confirmed)).text, /Serwer nie wpuszcza[\s\S]*centrala-backups/);
  sshd.authorize(/ssh-ed25519 \S+ centrala-backups/.exec(proof.text)?.[0] ?? '');
  t.regex((await visitor.post('/setup/restore/host-key', confirmed)).text, /W tym miejscu nie ma kopii[\s\S]*value="127.0.0.1"/);
  t.false(existsSync(join(empty.dir, 'backup-target.json')));
  const listed = await visitor.post('/setup/restore', { token, kind: 'folder', dir, key: key.toLowerCase() });
  t.true(listed.text.includes(name) && !listed.text.includes(key));
  t.is((await visitor.get(`/setup/restore/${name}?token=x`)).status, 403);
  t.true((await visitor.get(`/setup/restore/${name}?token=${token}`)).text.includes('Osoby'));

  // A file is taken by nobody without the token, and not before it is known who sends it.
  const own = () => multipart({ _csrf: visitor.csrf(), key }, [new File([new Uint8Array(readFileSync(file))], 'kopia.age')]);
  await visitor.get(`/setup/restore/file?token=${token}`);
  t.is((await visitor.send('POST', '/setup/restore/file?token=x', own())).status, 403);
  t.false(readdirSync(empty.dir).some((one) => one.startsWith('backup-upload-')));
  const opened = await visitor.send('POST', `/setup/restore/file?token=${token}`, own());
  t.regex(opened.text, /Osoby[\s\S]*action="\/setup\/restore\/file\/restoration"/);

  const there = await visitor.post(`/setup/restore/${name}`, { token });
  t.true((await outcome(addressOf(empty), there.location ?? '')).includes('Przywrócono kopię'));
  t.is((await (await loggedInClient(addressOf(empty), ANNA)).get('/backups')).status, 200);
  t.is((await visitor.get(`/setup/restore?token=${token}`)).location, '/login');
  t.true(existsSync(join(empty.dir, 'backup.key')), 'goes on with the backups of the old one');
});
