import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import test from 'ava';
import { readConfig } from '../../config/config.ts';
import { LEAN } from '../../core/bin/bootstrap.mjs';
import { certificateFiles } from '../../core/health/doctor/certificates.ts';
import { text } from '../../core/health/doctor/finding.ts';
import { portFindings } from '../../core/health/doctor/ports.ts';
import { databaseTarget } from '../support/db.ts';
import { refused } from '../support/refused.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const MAIN = resolve(import.meta.dirname, '../../core/main.ts');

const HOST = 'nowhere.invalid';

const NOT_HERE: readonly (readonly [env: Record<string, string>, code: number, words: RegExp])[] = [
  [{ CENTRALA_HTTP_HOST: HOST }, 78, /CENTRALA_HTTP_HOST.*nowhere\.invalid/],
  [{ CENTRALA_HTTP_HOST: '203.0.113.7' }, 78, /CENTRALA_HTTP_HOST.*203\.0\.113\.7/],
  [{ CENTRALA_SMTP_HOST: HOST }, 78, /CENTRALA_SMTP_HOST.*nowhere\.invalid/],
  [{ CENTRALA_SMTP_HOST: '203.0.113.7' }, 78, /CENTRALA_SMTP_HOST.*203\.0\.113\.7/],
  // A name that no DNS can have: another one might be found once its server answers again, and the start ends with 1 then.
  [{ CENTRALA_DATABASE_URL: 'postgres://c:secret@nowhere..invalid/c' }, 78, /nowhere\.\.invalid.*CENTRALA_DATABASE_URL/],
  [{ CENTRALA_DATABASE_URL: 'postgres://c:secret@127.0.0.1:1/c' }, 1, /PostgreSQL at 127\.0\.0\.1:1 does not answer/],
];

test('an address or database that does not exist stops the start with one sentence that names the setting, not its password', async (t) => {
  for (const [env, code, words] of NOT_HERE) {
    const ended = await refused(t, env);
    t.is(ended.code, code, JSON.stringify(env));
    t.regex(ended.stderr, words);
    t.regex(ended.stderr, /^Centrala could not start: [^\n]+\.\n$/);
    t.false(ended.stderr.includes('secret'));
  }
});

test('a web port that another program holds is named in one sentence, one of TLS by the doctor as well', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => void other.close());
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  for (const name of ['CENTRALA_HTTP_PORT', 'CENTRALA_HTTPS_PORT']) {
    const ended = await refused(t, { [name]: port });
    t.is(ended.code, 1);
    t.regex(ended.stderr, new RegExp(`^Centrala could not start: [^\n]*127\\.0\\.0\\.1:${port}[^\n]*${name}\\.\n$`));
  }
  for (const name of ['CENTRALA_HTTPS_PORT', 'CENTRALA_SMTPS_PORT']) {
    const findings = await portFindings(readConfig({ CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0', [name]: port }));
    const found = findings.find(({ what }) => what === `${name.slice(9, -5)} 127.0.0.1:${port}`);
    t.is(found?.state, 'broken');
    t.deepEqual(found?.advice, text('health.ports.takenAdvice', { name }));
  }
});

test('a port by TLS that this user may not have is a wrong setting', async (t) => {
  const allowed = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  if (allowed <= 465) return t.pass('everybody may have every port here');
  const folder = tempDir(t);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  chmodSync(folder, 0o777);
  for (const name of ['CENTRALA_HTTPS_PORT', 'CENTRALA_SMTPS_PORT']) {
    const ended = await refused(t, { CENTRALA_DATA_DIR: folder, [name]: '465' }, nobody);
    t.is(ended.code, 78);
    t.regex(ended.stderr, new RegExp(`^Centrala could not start: [^\n]* port 465\\. [^\n]*${name} of 1024 or more[^\n]*\n$`));
  }
});

test('a first administrator whose password is too easy is a wrong setting, in words and without the password', async (t) => {
  const ended = await refused(t, { CENTRALA_ADMIN_EMAIL: 'szef@firma.test', CENTRALA_ADMIN_PASSWORD: 'admin-haslo-1' });
  t.is(ended.code, 78);
  t.regex(ended.stderr, /^Centrala could not start: CENTRALA_ADMIN_PASSWORD cannot be used\. [^\n]+ [^\n]+\.\n$/);
  t.false(ended.stderr.includes('admin-haslo-1'));
});

test('a certificate that is none is a wrong setting: the start names the file, and so does the doctor', async (t) => {
  const file = join(tempDir(t), 'cert.pem');
  writeFileSync(file, 'no certificate');
  const tls = {
    CENTRALA_HTTPS_PORT: '0',
    CENTRALA_PUBLIC_URL: 'https://centrala.firma.test',
    CENTRALA_TLS_CERT: file,
    CENTRALA_TLS_KEY: file,
  };
  const ended = await refused(t, tls);
  t.is(ended.code, 78);
  t.regex(
    ended.stderr,
    /^Centrala could not start: The certificate [^\n]*cert\.pem cannot be used: [^\n]+\. Correct CENTRALA_TLS_CERT[^\n]*\.\n$/,
  );
  const { http, mailTls } = readConfig(tls);
  const findings = await certificateFiles([http.tls, mailTls, null], new Date());
  t.deepEqual(
    findings.map(({ state, seen }) => [state, String(seen).includes(file)]),
    [['broken', true]],
    'once, though pages and mail have the same',
  );
});

test('a SQLite file that is none stops the start with a sentence that names the file', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'centrala.sqlite'), 'this is not a database at all, only some text of sufficient length'.repeat(100));
  const ended = await refused(t, { CENTRALA_DATA_DIR: dir });
  t.is(ended.code, 1);
  t.regex(ended.stderr, /^Centrala could not start: [^\n]*centrala\.sqlite[^\n]*\.\n$/);
});

test('a second process on the same data folder does not start, and one that was killed is in nobody’s way', async (t) => {
  const dir = tempDir(t);
  const env = { PATH: process.env['PATH'], ...LEAN, CENTRALA_DATA_DIR: dir, CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0' };
  let printed = '';
  const started = async () => {
    const child = spawn(process.execPath, [MAIN], { env });
    t.teardown(() => void child.kill('SIGKILL'));
    const isUp = Promise.withResolvers<void>();
    child.stdout.on('data', (text: Buffer) => {
      printed += text;
      if (text.includes('Centrala listens on')) isUp.resolve();
    });
    child.once('exit', () => isUp.reject(new Error('it ended')));
    await isUp.promise;
    return child;
  };
  const first = await started();
  const [, base = ''] = /^Centrala listens on (http:\/\/127\.0\.0\.1:[1-9]\d*)$/m.exec(printed) ?? [];
  t.is((await fetch(`${base}/health`)).status, 200, 'the port that the system chose is printed');
  await until('the set-up address is printed', () => printed.includes(`${base}/setup?token=`));
  const second = await refused(t, { CENTRALA_DATA_DIR: dir });
  t.is(second.code, 1);
  t.regex(second.stderr, /^Centrala could not start: [^\n]*already[^\n]*\.\n$/);
  t.is(first.exitCode, null);
  first.kill('SIGKILL');
  await once(first, 'exit');
  t.is((await started()).exitCode, null);
});

test('a PostgreSQL that refuses the name, the password or the database is a wrong setting', async (t) => {
  const { url } = await databaseTarget(t);
  if (url === null) return t.pass('only with PostgreSQL');
  for (const change of [(it: URL) => (it.pathname = '/there_is_none'), (it: URL) => (it.username = 'nobody_at_all')]) {
    const wrong = new URL(url);
    change(wrong);
    const ended = await refused(t, { CENTRALA_DATABASE_URL: wrong.href });
    t.is(ended.code, 78);
    t.regex(ended.stderr, /^Centrala could not start: [^\n]*CENTRALA_DATABASE_URL[^\n]*\.\n$/);
  }
});
