import { copyFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import test from 'ava';
import Koa from 'koa';
import { ConfigError, readConfig } from '../../config/config.ts';
import { openPorts } from '../../core/boot/ports.ts';
import { createShutdown } from '../../core/boot/shutdown.ts';
import { ALONE } from '../../core/db/peers.ts';
import { createStream } from '../../core/events/stream.ts';
import type { Schedule } from '../../core/jobs/schedule.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { scopeFor } from '../support/db.ts';
import { freePort } from '../support/free-port.ts';
import { certificateFile, nameOn } from '../support/own-certificate.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** Asks by TLS, whoever signed the certificate. */
const ask = (port: number, path: string): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> =>
  new Promise((resolve, reject) => {
    request({ port, path, host: '127.0.0.1', rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .once('error', reject)
      .end();
  });

test('pages go by TLS with the same certificate as mail, the plain port only leads there, and a renewed file is used without a restart', async (t) => {
  const file = join(tempDir(t), 'firma.pem');
  copyFileSync(await certificateFile(t, 'old.firma.test'), file);
  const [webPort, mailPort] = [await freePort(), await freePort()];
  const centrala = await product(t, {
    ...ADMIN,
    CENTRALA_HTTPS_PORT: String(webPort),
    CENTRALA_SMTPS_PORT: String(mailPort),
    CENTRALA_TLS_CERT: file,
    CENTRALA_TLS_KEY: file,
    CENTRALA_PUBLIC_URL: 'https://centrala.firma.test',
  });
  const child = await centrala.start();
  t.deepEqual([await nameOn(webPort), await nameOn(mailPort)], ['old.firma.test', 'old.firma.test']);
  const page = await ask(webPort, '/login');
  t.is(page.status, 200);
  t.regex(String(page.headers['set-cookie']), /__Host-visit=[^;]+;.*Secure/);
  t.truthy(page.headers['strict-transport-security']);

  const plain = `http://127.0.0.1:${centrala.httpPort}`;
  const led = await fetch(`${plain}/conversations?inbox=1`, { redirect: 'manual' });
  t.deepEqual([led.status, led.headers.get('location')], [308, 'https://centrala.firma.test/conversations?inbox=1']);
  t.is(led.headers.get('set-cookie'), null, 'no cookie in clear');
  t.is(
    (await fetch(`${plain}/login`, { redirect: 'manual', headers: { 'X-Forwarded-Proto': 'https' } })).status,
    308,
    'no proxy is trusted',
  );
  t.is((await fetch(`${plain}/health`)).status, 200);
  t.is((await fetch(`${plain}//evil.test/`, { redirect: 'manual' })).headers.get('location'), 'https://centrala.firma.test//evil.test/');

  copyFileSync(await certificateFile(t, 'new.firma.test'), file);
  child.kill('SIGHUP');
  await until(
    'both use the renewed one',
    async () => (await nameOn(webPort)) === 'new.firma.test' && (await nameOn(mailPort)) === 'new.firma.test',
  );
  t.is(child.exitCode, null);
});

test('of several processes with pages also one without the clock takes up a renewed certificate by itself', async (t) => {
  const file = join(tempDir(t), 'firma.pem');
  copyFileSync(await certificateFile(t, 'old.firma.test'), file);
  const port = await freePort();
  const config = readConfig({
    ...{ CENTRALA_DATA_DIR: tempDir(t), CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_HTTPS_PORT: String(port) },
    ...{ CENTRALA_TLS_CERT: file, CENTRALA_TLS_KEY: file },
  });
  const shutdown = createShutdown(silentLog);
  t.teardown(() => shutdown.run());
  const tasks: (() => Promise<void>)[] = [];
  const never = { stop: async () => {} };
  const schedule: Schedule = {
    ...never,
    every: () => never,
    everywhere: (_when, _name, task) => {
      tasks.push(() => task(AbortSignal.timeout(1000)));
      return never;
    },
  };
  await openPorts(
    {
      config,
      scope: await scopeFor(t),
      keyring: createKeyring('x'.repeat(40)),
      peers: ALONE,
      schedule,
      stream: createStream(),
      log: silentLog,
    },
    new Koa(),
    shutdown,
  );
  t.is(await nameOn(port), 'old.firma.test');
  copyFileSync(await certificateFile(t, 'new.firma.test'), file);
  for (const task of tasks) await task();
  t.is(await nameOn(port), 'new.firma.test');
});

test('what does not go together is said before anything starts', (t) => {
  const wrong = (env: Record<string, string>): string => t.throws(() => readConfig(env), { instanceOf: ConfigError })?.message ?? '';
  t.regex(wrong({ CENTRALA_TLS_CERT: '/x.pem' }), /CENTRALA_TLS_CERT and CENTRALA_TLS_KEY must be set together/);
  t.regex(wrong({ CENTRALA_HTTPS_PORT: '8443', CENTRALA_PUBLIC_URL: 'http://centrala.firma.test' }), /must begin with https/);
  t.regex(wrong({ CENTRALA_HTTPS_PORT: '8080' }), /CENTRALA_HTTP_PORT and CENTRALA_HTTPS_PORT must differ/);
  t.regex(wrong({ CENTRALA_SMTPS_PORT: '2525' }), /CENTRALA_SMTP_PORT and CENTRALA_SMTPS_PORT must differ/);
  t.is(readConfig({ CENTRALA_HTTPS_PORT: '8443' }).publicUrl, 'https://127.0.0.1:8443');
  const { plugins } = readConfig({
    CENTRALA_TLS_CERT: '/a',
    CENTRALA_TLS_KEY: '/b',
    CENTRALA_SMTP_TLS_CERT: '/c',
    CENTRALA_SMTP_TLS_KEY: '/d',
  });
  t.is(plugins['email']?.['tlsCert'], '/c', 'mail may have its own');
});
