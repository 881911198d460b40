import { existsSync, statSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import test from 'ava';
import { ConfigError, readConfig } from '../../config/config.ts';
import { createRenewal } from '../../core/acme/renew.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { startDns } from '../support/dns.ts';
import { freePort } from '../support/free-port.ts';
import { startPebble } from '../support/pebble.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const NAME = 'centrala.firma.test';

const shownOn = (port: number): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: NAME, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });

test('a certificate is obtained from a real ACME server by the proof on the plain port, and is used for pages without a restart', async (t) => {
  const dns = await startDns({ [NAME]: { a: ['127.0.0.1'] } });
  t.teardown(dns.stop);
  const [httpPort, securePort] = [await freePort(), await freePort()];
  const { directoryUrl, caFile } = await startPebble(t, { httpPort, dns: dns.server });
  const centrala = await product(t, {
    ...ADMIN,
    CENTRALA_HTTP_PORT: String(httpPort),
    CENTRALA_HTTPS_PORT: String(securePort),
    CENTRALA_PUBLIC_URL: `https://${NAME}`,
    CENTRALA_ACME: directoryUrl,
    CENTRALA_LOG_LEVEL: 'info',
    NODE_EXTRA_CA_CERTS: caFile,
  });
  await centrala.start();
  const file = join(centrala.dir, 'acme-tls.pem');
  await until('the certificate is shown', async () => /Pebble/.test(String((await shownOn(securePort)).issuer.CN)));
  t.is((await shownOn(securePort)).subjectaltname, `DNS:${NAME}`);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.notRegex(centrala.output(), /PRIVATE KEY/);
  const { value } = await centrala.db('settings').where({ key: 'acme.account' }).first();
  t.notRegex(value, /PRIVATE KEY/, 'the key of the account is sealed');
  const { serialNumber } = await shownOn(securePort);
  t.is((await fetch(`http://127.0.0.1:${httpPort}/.well-known/acme-challenge/x`, { redirect: 'manual' })).status, 308);

  // The next start finds it good and asks for none.
  await centrala.end('SIGTERM');
  await centrala.start();
  t.is((await shownOn(securePort)).serialNumber, serialNumber);
  await centrala.end('SIGTERM');
  unlinkSync(file);
  await centrala.start();
  await until('it is obtained again, by the same account', () => existsSync(file));
});

test('of several processes with pages one orders a certificate, and whichever the provider asks has the proof', async (t) => {
  const target = await databaseTarget(t);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const dns = await startDns({ [NAME]: { a: ['127.0.0.1'] } });
  t.teardown(dns.stop);
  const httpPort = await freePort();
  const { directoryUrl, caFile } = await startPebble(t, { httpPort, dns: dns.server });
  const dir = tempDir(t);
  const web = async () =>
    product(t, {
      ...{ ...ADMIN, CENTRALA_ROLES: 'web', CENTRALA_DATA_DIR: dir, CENTRALA_DATABASE_URL: String(target.url) },
      ...{ CENTRALA_HTTPS_PORT: String(await freePort()), CENTRALA_PUBLIC_URL: `https://${NAME}`, CENTRALA_ACME: directoryUrl },
      ...{ CENTRALA_LOG_LEVEL: 'info', NODE_EXTRA_CA_CERTS: caFile },
    });
  const both = [await web(), await web()];
  const has = (event: string) => both.filter(({ output }) => output().includes(`"event":"${event}"`));
  // The provider's questions go to the one that did not order.
  const proxy = createTcpServer((asked) => {
    const other = both.find((one) => !has('duty_taken').includes(one));
    const way = connectTcp(other?.httpPort ?? 0, '127.0.0.1');
    for (const end of [asked, way]) end.on('error', () => {});
    asked.pipe(way).pipe(asked);
  });
  await new Promise<void>((done) => proxy.listen(httpPort, '127.0.0.1', done));
  t.teardown(() => proxy.close());
  // Nobody has the clock until both listen.
  const held = await both[0]?.db.transaction();
  t.teardown(() => held?.commit());
  await held?.raw('select pg_advisory_xact_lock(?, ?)', [0x43_44, 0]);
  for (const one of both) await one.start();
  t.deepEqual([has('acme_obtained').length, has('acme_failed').length], [0, 0]);
  await held?.commit();
  await until('it is obtained', () => has('acme_obtained').length + has('acme_failed').length > 0);
  t.deepEqual([has('acme_obtained').length, has('acme_failed').length], [1, 0]);
  t.true(existsSync(join(dir, 'acme-tls.pem')));
});

test('where a certificate cannot be obtained is said before anything starts', (t) => {
  const secure = { CENTRALA_HTTPS_PORT: '8443', CENTRALA_ACME: 'letsencrypt' };
  const wrong = (env: Record<string, string>): string => t.throws(() => readConfig(env), { instanceOf: ConfigError })?.message ?? '';
  t.regex(wrong({ ...secure, CENTRALA_PUBLIC_URL: 'https://192.0.2.1' }), /CENTRALA_ACME needs/);
  t.regex(wrong({ CENTRALA_ACME: 'letsencrypt', CENTRALA_PUBLIC_URL: `https://${NAME}` }), /CENTRALA_ACME needs/);
  t.regex(wrong({ ...secure, CENTRALA_ACME: 'http://acme.test', CENTRALA_PUBLIC_URL: `https://${NAME}` }), /must be off, letsencrypt/);
  const { http } = readConfig({ ...secure, CENTRALA_PUBLIC_URL: `https://${NAME}` });
  t.is(http.acme?.directoryUrl, 'https://acme-v02.api.letsencrypt.org/directory');
});

test('who looks while a certificate is being obtained orders no second one', async (t) => {
  let asked = 0;
  const provider = createServer((_request, answer) => {
    asked += 1;
    setTimeout(() => answer.writeHead(403).end(), 300);
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  t.teardown(() => provider.close());
  const { port } = provider.address() as AddressInfo;
  const about = { directoryUrl: `http://127.0.0.1:${port}/`, email: null, name: NAME, folder: tempDir(t), log: silentLog };
  const renewal = createRenewal({ ...about, scope: await scopeFor(t), keyring: createKeyring('a secret that is long enough for this') });
  t.deepEqual(await Promise.all([renewal.look(), renewal.look()]), [false, false]);
  const once = asked;
  t.true(once > 0);
  const again = createRenewal({ ...about, scope: await scopeFor(t), keyring: createKeyring('a secret that is long enough for this') });
  await again.look();
  t.is(asked - once, once, 'as many questions as of one attempt');
});
