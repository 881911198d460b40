import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import test from 'ava';
import { findProgram } from '../../core/bin/debian-packages.ts';
import { freePort } from '../support/free-port.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

interface Asked {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks by TLS, whoever signed the certificate; answers when the headers are there. */
const ask = ({ body = '', ...options }: Asked): Promise<IncomingMessage> =>
  new Promise((answer, reject) => {
    request({ host: 'localhost', rejectUnauthorized: false, ...options }, answer)
      .once('error', reject)
      .end(body);
  });

const cookiesOf = ({ headers }: IncomingMessage): string => (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');

test('the Caddy of the compose file brings pages, secure cookies and live updates by TLS, whatever a visitor says of himself', async (t) => {
  const [port, httpPort] = [await freePort(), await freePort()];
  const origin = `https://localhost:${port}`;
  const centrala = await product(t, { ...ADMIN, CENTRALA_PUBLIC_URL: origin, CENTRALA_TRUST_PROXY: 'true' });
  await centrala.start();
  const dir = tempDir(t);
  const caddy = spawn(
    findProgram('caddy') ?? 'caddy',
    ['run', '--config', resolve(import.meta.dirname, '../../config/Caddyfile'), '--adapter', 'caddyfile'],
    {
      env: {
        ...{ HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir },
        ...{ CADDY_SITE: origin, CADDY_HTTP_PORT: String(httpPort), CADDY_UPSTREAM: `127.0.0.1:${centrala.httpPort}` },
      },
      stdio: 'ignore',
    },
  );
  t.teardown(() => void caddy.kill('SIGKILL'));
  await until(
    'Caddy answers',
    () =>
      ask({ port, path: '/health' }).then(
        ({ statusCode }) => statusCode === 200,
        () => false,
      ),
    30_000,
  );

  const said = { 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9' };
  const form = await ask({ port, path: '/login', headers: said });
  t.is(form.statusCode, 200);
  t.regex(String(form.headers['set-cookie']), /__Host-visit=[^;]+;.*Secure/);
  t.truthy(form.headers['strict-transport-security']);
  const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec((await form.setEncoding('utf8').toArray()).join('')) ?? [];
  const entered = await ask({
    ...{ port, path: '/login', method: 'POST' },
    headers: { ...said, cookie: cookiesOf(form), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ _csrf: token, email: ADMIN.CENTRALA_ADMIN_EMAIL, password: ADMIN.CENTRALA_ADMIN_PASSWORD }).toString(),
  });
  t.is(entered.statusCode, 303);
  const live = await ask({ port, path: '/live', headers: { cookie: cookiesOf(entered), accept: 'text/event-stream' } });
  t.is(live.statusCode, 200);
  const [first] = await once(live, 'data', { signal: AbortSignal.timeout(10_000) });
  t.true(first.length > 0, 'the stream is not held back');
  live.destroy();
});

test('Caddy reads what the manual says to write into its file', (t) => {
  for (const manual of ['operations.md', 'operations.pl.md']) {
    const text = readFileSync(resolve(import.meta.dirname, '../../docs', manual), 'utf8');
    const block = /(?:^ {4}.*\n)+/m.exec(text.slice(text.indexOf('\nCaddy')))?.[0] ?? '';
    t.regex(block, /reverse_proxy/);
    const file = join(tempDir(t), 'Caddyfile');
    writeFileSync(file, block);
    const { status, stderr } = spawnSync(findProgram('caddy') ?? 'caddy', ['adapt', '--config', file, '--adapter', 'caddyfile'], {
      encoding: 'utf8',
    });
    t.is(status, 0, `${manual}: ${block}${stderr}`);
  }
});
