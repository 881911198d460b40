import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../../config/config.ts';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { upgradeFirst } from '../../core/boot/upgrade.ts';
import { serveProgress } from '../../core/boot/upgrade-page.ts';
import { connect } from '../../core/db/connect.ts';
import { migrate, migrationState } from '../../core/db/migrate.ts';
import { openDatabase } from '../../core/db/open.ts';
import { brokenPages } from '../../core/db/sqlite-file.ts';
import { type UpgradeProgress, upgradeDatabase } from '../../core/db/upgrade.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { silentLog } from '../../core/lib/log.ts';
import { start } from '../../core/main.ts';
import { ADMIN } from '../support/app.ts';
import { emptyDatabase, MIGRATIONS } from '../support/db.ts';
import { loggedInClient } from '../support/http-client.ts';
import { isWholeFolder, keptNames, layKept } from '../support/kept.ts';
import { VIEWS } from '../support/render.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const LOCALES = join(VIEWS, 'locales');
const WIDER = 'await knex.raw("alter table labels add column test_extra text default \'x\'");';

/** Our migrations and some more, as the next version would bring them. */
function nextVersion(t: ExecutionContext, ...bodies: readonly string[]): string {
  const dir = join(tempDir(t), 'migrations');
  cpSync(MIGRATIONS, dir, { recursive: true });
  for (const [i, body] of bodies.entries())
    writeFileSync(
      join(dir, `2099010100000${i}_test_${i}.ts`),
      `export async function up(knex) { ${body} }\nexport async function down() {}\n`,
    );
  return dir;
}

/** A database that a released version left, in a data folder of its own. */
function keptData(t: ExecutionContext, name: string): string {
  const dir = tempDir(t);
  layKept(name, dir);
  return dir;
}

const columns = async (file: string): Promise<readonly string[]> => {
  const db = connect({ url: null, file });
  const info = await db('labels').columnInfo();
  await db.destroy();
  return Object.keys(info);
};

test('migrations are one: when the last of several fails, the database is as it was, and the next start can try again', async (t) => {
  const db = await emptyDatabase(t);
  t.true((await migrate(db, MIGRATIONS)).length > 70);
  t.deepEqual(await migrate(db, MIGRATIONS), []);
  await db('labels')
    .insert({ name: 'Pilne', colour: 'red', created_at: '2026-01-01', updated_at: '2026-01-01' })
    .catch(() => {});
  const failing = nextVersion(t, WIDER, "throw new Error('no room');");
  const error = await t.throwsAsync(migrate(db, failing), { message: 'no room' });
  t.like(error, { migration: '20990101000001_test_1.ts' });
  t.false('test_extra' in (await db('labels').columnInfo()));
  t.is((await migrationState(db, failing)).pending.length, 2);
  const seen: string[] = [];
  await migrate(db, nextVersion(t, WIDER), (done, total) => seen.push(`${done}/${total}`));
  t.deepEqual(seen, ['0/1', '1/1']);
  t.true('test_extra' in (await db('labels').columnInfo()));
});

const newest = keptNames().at(-1) ?? '';

test('an older program says of the data of a newer one that it is, what to start, and leaves it as it is', async (t) => {
  const dir = keptData(t, newest);
  const target = { url: null, file: join(dir, 'centrala.sqlite') };
  const db = connect(target);
  t.teardown(() => db.destroy());
  await migrate(db, nextVersion(t, WIDER));
  const error = await t.throwsAsync(openDatabase(target, MIGRATIONS), { message: /of a newer version of Centrala \(20990101/ });
  t.is(error && 'code' in error ? error.code : '', 'newer_version');
  await t.throwsAsync(migrate(db, MIGRATIONS), { message: /of a newer version/ });
  t.true('test_extra' in (await db('labels').columnInfo()));
});

test('data of every version that was kept is taken to this one without the loss of a row', async (t) => {
  t.true(keptNames().length > 1);
  for (const name of keptNames()) {
    const dir = keptData(t, name);
    const file = join(dir, 'centrala.sqlite');
    const db = connect({ url: null, file });
    const rows = async () => ({
      received: (await db('raw_inbound').count({ n: '*' }))[0]?.n,
      messages: (await db('messages').orderBy('id').pluck('text')) as string[],
      agents: (await db('agents').orderBy('id').pluck('email')) as string[],
    });
    const before = await rows();
    t.true(before.messages.length >= 3, name);
    await migrate(db, nextVersion(t, WIDER));
    t.deepEqual(await rows(), before, name);
    await db.destroy();
    t.deepEqual(brokenPages(file), [], name);
  }
});

test('the whole folder of an earlier version is served by this one: its people, passwords, files and ledger', async (t) => {
  for (const name of keptNames().filter(isWholeFolder)) {
    const dir = keptData(t, name);
    const config = readConfig({ CENTRALA_DATA_DIR: dir, CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0' });
    const centrala = await start(config, silentLog);
    t.teardown(() => centrala.stop());
    t.true(existsSync(join(dir, 'before-upgrade')), name);
    const base = `http://127.0.0.1:${centrala.port}`;
    const ready = await fetch(`${base}/ready`);
    t.is(ready.status, 200, await ready.text());
    const admin = await loggedInClient(base, ADMIN);
    t.true((await admin.get('/conversations')).text.includes('Faktura za listopad'));
    const [first] = await centrala.scope.db('messages').orderBy('id').limit(1).pluck('id');
    t.regex((await admin.get(`/messages/${first}/raw`)).text, /^Subject: /m);
    const blobs = openBlobs(join(dir, 'blobs'));
    t.deepEqual(await Array.fromAsync(verifyLedger(centrala.scope, blobs, { since: null, onBlob: () => {} })), [], name);
    await centrala.stop();
  }
});

test('an upgrade makes a copy that can be read, says how far it is, and lets go of the copy before', async (t) => {
  const dir = keptData(t, newest);
  const file = join(dir, 'centrala.sqlite');
  const copy = join(dir, 'before-upgrade', 'x.sqlite');
  const seen: UpgradeProgress[] = [];
  const ran = await upgradeDatabase({ target: { url: null, file }, migrations: nextVersion(t, WIDER), copy }, (one) => seen.push(one));
  t.is(ran.at(-1), '20990101000000_test_0.ts');
  t.deepEqual(seen[0], { step: 'copy', done: 0, total: 0 });
  t.is(seen.at(-1)?.step, 'migrate');
  t.is(seen.at(-1)?.done, ran.length);
  t.true((await columns(file)).includes('test_extra'));
  t.false((await columns(copy)).includes('test_extra'));
  t.deepEqual(brokenPages(copy), []);
});

test('an upgrade that fails leaves the data as it was and names the image to start again', async (t) => {
  for (const [body, words] of [
    ["throw new Error('a fault');", /at 20990101000001_test_1\.ts \(a fault\)/],
    ["await knex('deliveries').del();", /deliveries had \d+ rows/],
  ] as const) {
    const dir = keptData(t, newest);
    const config = readConfig({ CENTRALA_DATA_DIR: dir, CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0' });
    const old = connect({ url: null, file: join(dir, 'centrala.sqlite') });
    t.teardown(() => old.destroy());
    const migrations = nextVersion(t, WIDER, body);
    const error = await t.throwsAsync(upgradeFirst({ config, log: silentLog, old, migrations, locales: LOCALES }), { message: words });
    t.like(error, { code: 'upgrade_failed' });
    t.regex(String((error as { help?: string }).help), /Start the image centrala:\d+\.\d+\.\d+ again/);
    t.false((await columns(join(dir, 'centrala.sqlite'))).includes('test_extra'));
    t.true(existsSync(join(dir, 'before-upgrade')));
  }
});

test('an upgrade that is killed in the middle leaves the data as it was, and the next start takes it to the end', async (t) => {
  const dir = keptData(t, newest);
  const file = join(dir, 'centrala.sqlite');
  const [copy, marker] = [join(dir, 'before-upgrade', 'x.sqlite'), join(dir, 'in the middle')];
  const order = { target: { url: null, file }, migrations: '', copy };
  const waits = `(await import('node:fs')).writeFileSync(${JSON.stringify(marker)}, ''); await new Promise((r) => setTimeout(r, 600000));`;
  const module = JSON.stringify(import.meta.resolve('../../core/db/upgrade.ts'));
  const hanging = JSON.stringify({ ...order, migrations: nextVersion(t, WIDER, waits) });
  // As a file: what node is told about a text on the command line its threads would be told, too.
  const script = join(dir, 'upgrade.mjs');
  writeFileSync(script, `const { upgradeDatabase } = await import(${module}); await upgradeDatabase(${hanging}, () => {});`);
  const child = spawn(process.execPath, [script], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await until('it is in the middle', async () => existsSync(marker), 60_000);
  child.kill('SIGKILL');
  await gone;
  t.false((await columns(file)).includes('test_extra'));
  // As if it had been killed while it copied.
  writeFileSync(`${copy}.part`, 'half of a copy');
  const ran = await upgradeDatabase({ ...order, migrations: nextVersion(t, WIDER) }, () => {});
  t.is(ran.at(-1), '20990101000000_test_0.ts');
  t.true((await columns(file)).includes('test_extra'));
  t.deepEqual(brokenPages(file), []);
  t.deepEqual(readdirSync(join(dir, 'before-upgrade')), ['x.sqlite']);
});

test('meanwhile a page says how far it is, /ready answers 503, and mail servers 421', async (t) => {
  const place = { host: '127.0.0.1', port: 0 };
  const page = await serveProgress(
    {
      http: { ...place, trustProxy: false, securePort: null, tls: null, acme: null },
      smtp: { ...place, securePort: null },
      roles: new Set(['web', 'smtp'] as const),
    },
    LOCALES,
    () => ({
      step: 'migrate',
      done: 3,
      total: 7,
    }),
  );
  const at = (path: string) => fetch(`http://127.0.0.1:${page.httpPort}${path}`);
  t.is((await at('/health')).status, 200);
  const ready = await at('/ready');
  t.is(ready.status, 503);
  t.deepEqual(await ready.json(), { status: 'upgrading', step: 'migrate', done: 3, total: 7 });
  const shown = await at('/conversations');
  t.is(shown.status, 503);
  t.is(shown.headers.get('retry-after'), '3');
  const html = await shown.text();
  for (const words of ['Centrala się aktualizuje', '(3 z 7)', 'Centrala is being upgraded', '<progress max="7" value="3">'])
    t.true(html.includes(words), words);
  const silent = dial(page.smtpPort, '127.0.0.1');
  t.regex(await text(dial(page.smtpPort, '127.0.0.1')), /^421 4\.3\.2 /);
  await page.close();
  silent.destroy();
  await t.throwsAsync(at('/health'));
});
