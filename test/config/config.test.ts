import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { ConfigError, readConfig } from '../../config/config.ts';
import { createDns } from '../../core/dns/resolver.ts';
import { tempDir } from '../support/temp-dir.ts';

const EXAMPLE = readFileSync(resolve(import.meta.dirname, '../../config/example.env'), 'utf8');
const SOURCE = readFileSync(resolve(import.meta.dirname, '../../config/config.ts'), 'utf8');

test('without any environment the product listens on loopback with data in ./data', (t) => {
  const config = readConfig({});
  t.deepEqual([config.http.host, config.http.port, config.smtp.host, config.smtp.port], ['127.0.0.1', 8080, '127.0.0.1', 2525]);
  t.is(config.dataDir, resolve('data'));
  t.is(config.databaseUrl, null);
  t.is(config.publicUrl, 'http://127.0.0.1:8080');
  t.is(config.maxMessageBytes, 35 * 1024 * 1024);
  t.deepEqual(config.unknown, []);
});

const WRONG: readonly (readonly [name: string, value: string])[] = [
  ['CENTRALA_HTTP_PORT', 'eighty'],
  ['CENTRALA_HTTP_PORT', '65536'],
  ['CENTRALA_HTTP_PORT', '0x50'],
  ['CENTRALA_SMTP_PORT', '-1'],
  ['CENTRALA_SMTP_PORT', '25.5'],
  ['CENTRALA_HTTP_HOST', 'my computer'],
  ['CENTRALA_HTTP_HOST', 'http://127.0.0.1'],
  ['CENTRALA_SMTP_HOST', '1:2'],
  ['CENTRALA_DATABASE_URL', 'mysql://root@localhost/x'],
  ['CENTRALA_PUBLIC_URL', 'centrala.example.com'],
  ['CENTRALA_DATABASE_URL', 'postgres://c:p@127.0.0.1:99999/c'],
  ['CENTRALA_DATABASE_URL', 'postgres://c:100%@127.0.0.1/c'],
  ['CENTRALA_PUBLIC_URL', 'ftp://centrala.example.com'],
  ['CENTRALA_PUBLIC_URL', 'https://centrala.example.com/below'],
  ['CENTRALA_PUBLIC_URL', 'https://centrala.example.com/?a=b'],
  ['CENTRALA_PUBLIC_URL', 'https://user:pass@centrala.example.com'],
  ['CENTRALA_TRUST_PROXY', 'yes'],
  ['CENTRALA_SECRET_KEY', 'too short'],
  ['CENTRALA_LOG_LEVEL', 'loud'],
  ['CENTRALA_ADMIN_EMAIL', 'admin'],
  ['CENTRALA_ADMIN_PASSWORD', 'short'],
  ['CENTRALA_MAX_MESSAGE_BYTES', '10MB'],
  ['CENTRALA_MAX_MESSAGE_BYTES', '1'],
  ['CENTRALA_METRICS_TOKEN', 'short'],
  ['CENTRALA_API_PER_MINUTE', '-1'],
  ['CENTRALA_API_PER_MINUTE', 'many'],
  ['CENTRALA_SPAMD', 'yes please'],
  ['CENTRALA_SPAMD', 'http://127.0.0.1:783'],
  ['CENTRALA_CLAMD', 'http://127.0.0.1:3310'],
  ['CENTRALA_DNS_SERVERS', 'dns.example.com'],
  ['CENTRALA_DNS_SERVERS', '192.0.2.1,,192.0.2.2'],
  ['CENTRALA_DNS_SERVERS', '192.0.2.1:70000'],
  ['CENTRALA_MX_ALLOW', 'mail.firma.test'],
  ['CENTRALA_MX_ALLOW', '10.0.0.0/8;10.1.0.0/8'],
  ['CENTRALA_AUTOCONFIG_ALLOW', 'autoconfig.firma.test'],
  ['CENTRALA_ALARM_ALLOW', 'hook.firma.test'],
  ['CENTRALA_ALARM_ALLOW', '10.0.0.0/8,999.0.0.1'],
  ['CENTRALA_ALARM_ALLOW', 'fd00::/129'],
  ['CENTRALA_MX_ALLOW', '10.0.0.0/33'],
  ['CENTRALA_MX_ALLOW', '10.0.0.1:70000'],
  ['CENTRALA_MX_ALLOW', '10.0.0/8'],
  ['CENTRALA_AUTOCONFIG_ALLOW', 'a.b'],
  ['CENTRALA_SPAMD', '127.0.0.1:78300'],
  ['CENTRALA_SPAMD', '127.0.0.1:783,[::1]:0'],
  ['CENTRALA_SPAMD', 'embeded'],
  ['CENTRALA_SPAMD', 'Embedded'],
  ['CENTRALA_SPAMD', 'embedded,127.0.0.1:783'],
  ['CENTRALA_SPAMD', 'Off'],
  ['CENTRALA_SPAMD', 'true'],
  ['CENTRALA_CLAMD', 'none'],
  ['CENTRALA_CLAMD', 'embedded'],
  ['CENTRALA_DATA_DIR', ' '],
];

test('a wrong value is one sentence that names the variable', (t) => {
  for (const [name, value] of WRONG) {
    const error = t.throws(() => readConfig({ [name]: value }), { instanceOf: ConfigError }, `${name}=${value}`);
    t.regex(error.message, new RegExp(`^${name} must [^\n]+\\.$`));
    t.false(/password|SECRET/.test(name.toLowerCase()) && error.message.includes(value), 'a secret is not repeated');
  }
});

test('roles are a list of those there are, and need PostgreSQL', (t) => {
  const postgres = { CENTRALA_DATABASE_URL: 'postgres://c@127.0.0.1/c' };
  t.deepEqual([...readConfig({ ...postgres, CENTRALA_ROLES: 'jobs, imap' }).roles], ['jobs', 'imap']);
  t.like(readConfig(postgres), { isOneOfMany: false, roles: new Set(['web', 'smtp', 'jobs', 'imap']) });
  t.is(readConfig({ ...postgres, CENTRALA_ROLES: 'jobs' }).plugins['email']?.['listens'], 'false');
  t.throws(() => readConfig({ ...postgres, CENTRALA_ROLES: 'jobs,voice' }), {
    instanceOf: ConfigError,
    message: /^CENTRALA_ROLES must be one of/,
  });
  t.throws(() => readConfig({ CENTRALA_ROLES: 'jobs' }), { instanceOf: ConfigError, message: /needs PostgreSQL/ });
});

test('an administrator needs both the address and the password', (t) => {
  t.throws(() => readConfig({ CENTRALA_ADMIN_EMAIL: 'a@b.pl' }), { instanceOf: ConfigError, message: /together/ });
  t.deepEqual(readConfig({ CENTRALA_ADMIN_EMAIL: 'a@b.pl', CENTRALA_ADMIN_PASSWORD: 'long enough' }).admin, {
    email: 'a@b.pl',
    password: 'long enough',
  });
});

test('a value may come from a file, without the line end that editors add', (t) => {
  const path = join(tempDir(t), 'key');
  writeFileSync(path, `${'k'.repeat(40)}\n`);
  t.is(readConfig({ CENTRALA_SECRET_KEY_FILE: path }).secretKey, 'k'.repeat(40));
  t.is(readConfig({ CENTRALA_SECRET_KEY_FILE: path, CENTRALA_SECRET_KEY: 'd'.repeat(40) }).secretKey, 'd'.repeat(40));
  t.throws(() => readConfig({ CENTRALA_SECRET_KEY_FILE: '/nowhere' }), {
    instanceOf: ConfigError,
    message: /CENTRALA_SECRET_KEY_FILE.*\/nowhere/,
  });
});

test('an empty value counts as none, and a slash at the end of the public address is dropped', (t) => {
  t.is(readConfig({ CENTRALA_DATABASE_URL: '' }).databaseUrl, null);
  t.is(readConfig({ CENTRALA_PUBLIC_URL: 'https://c.example.com/' }).publicUrl, 'https://c.example.com');
});

test('every network card, by IPv4 or IPv6, is reached as localhost, and an IPv6 address stands in brackets', (t) => {
  const urlOf = (host: string): string => readConfig({ CENTRALA_HTTP_HOST: host }).publicUrl;
  t.is(urlOf('0.0.0.0'), 'http://localhost:8080');
  t.is(urlOf('::'), 'http://localhost:8080');
  t.is(urlOf('::1'), 'http://[::1]:8080');
  t.is(urlOf('192.0.2.1'), 'http://192.0.2.1:8080');
});

test('web and mail cannot share a port', (t) => {
  const error = t.throws(() => readConfig({ CENTRALA_HTTP_PORT: '2525' }), { instanceOf: ConfigError });
  t.regex(error.message, /CENTRALA_HTTP_PORT and CENTRALA_SMTP_PORT/);
  t.notThrows(() => readConfig({ CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0' }));
});

test('a database may be named by its local socket', (t) => {
  const url = 'postgres://centrala:secret@/centrala?host=/var/run/postgresql';
  t.is(readConfig({ CENTRALA_DATABASE_URL: url }).databaseUrl, url);
});

test('a name that looks like ours but is not is reported, not refused', (t) => {
  t.deepEqual(readConfig({ CENTRALA_HTTP_PROT: '1', HOME: '/root' }).unknown, ['CENTRALA_HTTP_PROT']);
});

test('the example lists exactly the variables that exist, each with a sentence and a value that works', (t) => {
  const names = [...SOURCE.matchAll(/^ {2}(CENTRALA_\w+):/gm)].map((m) => m[1] ?? '');
  const listed = [...EXAMPLE.matchAll(/^(?:# )?(CENTRALA_\w+)=(.*)$/gm)];
  t.deepEqual(listed.map((m) => m[1]).toSorted(), names.toSorted());
  for (const block of EXAMPLE.trim().split(/\n\n/)) t.regex(block, /^# .*[.]$/m, block);
  t.notThrows(() =>
    readConfig(
      Object.fromEntries(
        listed
          .filter((m) => m[2] !== '')
          .map((m) => [m[1], m[2]])
          .filter(([name]) => name !== 'CENTRALA_ADMIN_EMAIL'),
      ),
    ),
  );
});

test('a wrong setting stops the product with one sentence and exit code 78', (t) => {
  const main = resolve(import.meta.dirname, '../../core/main.ts');
  const env = { PATH: process.env['PATH'], CENTRALA_DATA_DIR: tempDir(t), CENTRALA_SMTP_PORT: 'mail' };
  const { status, stderr, stdout } = spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
  t.is(status, 78);
  t.regex(stderr, /^[^\n]*CENTRALA_SMTP_PORT must be a number from 0 to 65535\.\n$/);
  t.is(stdout, '');
});

test('a bucket of stored files needs its key, and only letters that need no other writing', (t) => {
  const key = { CENTRALA_BLOBS_KEY_ID: 'id', CENTRALA_BLOBS_SECRET: 'tajne' };
  t.is(readConfig({}).bucket, null);
  t.deepEqual(readConfig({ ...key, CENTRALA_BLOBS_REGION: '' }).unknown, Object.keys(key), 'they mean nothing without the bucket');
  t.deepEqual(readConfig({ CENTRALA_BLOBS: 's3://firma', ...key }).unknown, []);
  t.deepEqual(readConfig({ CENTRALA_BLOBS: 's3://firma/a/b/', ...key }).bucket, {
    ...{ bucket: 'firma', prefix: 'a/b', region: 'us-east-1', endpoint: 'https://s3.us-east-1.amazonaws.com' },
    ...{ keyId: 'id', secret: 'tajne' },
  });
  t.throws(() => readConfig({ CENTRALA_BLOBS: 's3://firma' }), { message: /needs CENTRALA_BLOBS_KEY_ID/ });
  for (const wrong of ['firma', 's3://', 's3://Firma', 's3://firma/ą', 's3://firma//a'])
    t.throws(() => readConfig({ CENTRALA_BLOBS: wrong, ...key }), { message: /CENTRALA_BLOBS must look like/ }, wrong);
});

test('the image and the compose file name only variables that exist', (t) => {
  const names = new Set([...SOURCE.matchAll(/^ {2}(CENTRALA_\w+):/gm)].map((m) => m[1]));
  for (const file of ['Dockerfile', 'docker-compose.yml', 'docs/operations.md', 'README.md']) {
    const text = readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
    const used = [...text.matchAll(/CENTRALA_[A-Z_]*[A-Z]/g)].map(([name]) => name.replace(/_FILE$/, ''));
    t.true(used.length > 0, file);
    t.deepEqual(
      used.filter((name) => !names.has(name)),
      [],
      file,
    );
  }
});

test('what somebody writes into .env reaches the containers: the compose files hand on every variable but those that the image or they set', (t) => {
  const ours = ['CENTRALA_DATA_DIR', 'CENTRALA_HTTP_HOST', 'CENTRALA_SMTP_HOST'];
  // Its pages are behind a proxy; STARTTLS and TLS of mail are between Centrala and the sender.
  const scaled = /HTTPS_PORT|ACME/;
  const read = (file: string): string => readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
  const names = [...read('config/example.env').matchAll(/^#? ?(CENTRALA_\w+)=/gm)].map(([, name = '']) => name);
  t.true(names.length > 30);
  const missing = (file: string, left: (name: string) => boolean): readonly string[] =>
    names.filter((name) => !ours.includes(name) && !left(name) && !read(file).includes(`\n  ${name}: `) && !/_PORT$/.test(name));
  t.deepEqual(
    missing('docker-compose.yml', (name) => ['CENTRALA_ROLES', 'CENTRALA_DATABASE_URL'].includes(name)),
    [],
  );
  t.deepEqual(
    missing('docker-compose.scaled.yml', (name) => name === 'CENTRALA_ROLES' || scaled.test(name)),
    [],
  );
  for (const file of ['docker-compose.yml', 'docker-compose.scaled.yml']) t.true(read(file).includes('\n  CENTRALA_SMTPS_PORT: '), file);
});

test('the compose files give the container nothing to write but /data and /tmp, and no rights', (t) => {
  for (const file of ['docker-compose.yml', 'docker-compose.scaled.yml']) {
    const text = readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
    const shared = /^x-centrala: &centrala\n(?:(?: .*)?\n)+/m.exec(text)?.[0] ?? '';
    for (const line of ['read_only: true', 'tmpfs: [/tmp]', 'cap_drop: [ALL]', 'security_opt: ["no-new-privileges:true"]'])
      t.true(shared.includes(`\n  ${line}\n`), `${file}: ${line}`);
  }
});

test('a data folder that cannot be made stops the product with a clear sentence and exit code 78, also below /proc', (t) => {
  const main = resolve(import.meta.dirname, '../../core/main.ts');
  for (const dir of ['/proc/centrala', '/dev/null/data']) {
    const env = { PATH: process.env['PATH'], CENTRALA_DATA_DIR: dir, CENTRALA_LOG_LEVEL: 'silent' };
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8', timeout: 30_000 });
    t.is(status, 78, dir);
    t.true(stderr.includes(`The data folder ${dir} cannot be written`), stderr);
  }
});

test('DNS servers are addresses with or without a port, the system’s when none is named', (t) => {
  t.deepEqual(readConfig({}).dnsServers, []);
  const text = '192.0.2.1, 192.0.2.2:5353,2001:db8::1 ,[2001:db8::2]:54';
  const { dnsServers } = readConfig({ CENTRALA_DNS_SERVERS: text });
  t.deepEqual(dnsServers, ['192.0.2.1', '192.0.2.2:5353', '2001:db8::1', '[2001:db8::2]:54']);
  t.notThrows(() => createDns({ servers: dnsServers }));
});
