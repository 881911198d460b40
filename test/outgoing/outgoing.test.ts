import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { resolve } from 'node:path';
import test from 'ava';
import { connections, unlisted } from '../../core/outgoing/list.ts';
import type { Seen } from '../../core/outgoing/types.ts';
import { seenPlaces, watchOutgoing } from '../../core/outgoing/watch.ts';
import { reachesOf } from '../../plugins/email/outbound/reaches.ts';
import { freePort } from '../support/free-port.ts';
import { sourceFiles } from '../support/source-tree.ts';

const at = new Date('2026-11-27T10:00:00Z');
const seen = (host: string, port: number, problem: string | null = null): Seen => ({ host, port, calls: 1, at, problem });

/** Every source that opens connections; whoever adds one says here for what, and declares it in core/boot/outgoing.ts or by `reaches`. */
const OPENING: Readonly<Record<string, string>> = {
  'core/acme/obtain.ts': 'provider of certificates',
  'core/alarms/call.ts': 'webhook and dead man’s switch',
  'core/backups/connectable.ts': 'where backups go',
  'core/blobs/bucket.ts': 'the bucket of stored files',
  'core/db/connect.ts': 'PostgreSQL',
  'core/db/peers.ts': 'the same, to hear of other processes',
  'core/deliverability/probe-tls.ts': 'mail servers of our own domains',
  'core/lib/s3.ts': 'a bucket: where backups go',
  'core/health/doctor/certificates.ts': 'the public address',
  'core/health/doctor/ports.ts': 'our own ports',
  'core/lib/ask-service.ts': 'spamd and clamd',
  'core/oauth/ask.ts': 'providers where people log in',
  'core/updates/ask.ts': 'newer versions, where the operator gave an address',
  'plugins/email/mailbox/autoconfig.ts': 'documents of a domain',
  'plugins/email/mailbox/imap-client.ts': 'mailboxes',
  'plugins/email/mailbox/try-out.ts': 'mail servers before they are stored',
  'plugins/email/outbound/connection.ts': 'relays and mail servers',
};
const OPENS =
  /(?<![.\w])fetch\(|import \{[^}]*\b(?:connect|request|createConnection)\b[^}]*\} from 'node:(?:net|tls|https?|http2)'|new (?:ImapFlow|SMTPConnection)\(|from 'pg'|import\('acme-client'\)|knexFactory\(/;

test('connections are opened only where it is known what for', (t) => {
  const sources = sourceFiles(resolve(import.meta.dirname, '../..'), ['core', 'plugins'], /\.ts$/);
  const opening = [...sources].filter(([path, text]) => !/(^|\/)(test|bin|_skeleton[\w-]*)\//.test(path) && OPENS.test(text));
  t.deepEqual(opening.map(([path]) => path).sort(), Object.keys(OPENING).sort());
});

test('whoever connects is noted with what became of it: sockets, fetch and TLS alike', async (t) => {
  watchOutgoing();
  watchOutgoing();
  const server = createServer((_request, answer) => answer.end('ok'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  await (await fetch(`http://127.0.0.1:${port}/secret?path`)).text();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  await t.throwsAsync(fetch(`https://127.0.0.1:${port}/`));
  const closed = await freePort();
  await t.throwsAsync(fetch(`http://127.0.0.1:${closed}/`));
  const known = seenPlaces().find((one) => one.port === port);
  t.is(known?.host, '127.0.0.1');
  t.true((known?.calls ?? 0) >= 3);
  t.is(known?.problem, null);
  t.is(seenPlaces().find((one) => one.port === closed)?.problem, 'ECONNREFUSED');
  t.notRegex(JSON.stringify(seenPlaces()), /secret/);
});

test('a connection that was given up before anybody answered is noted, as one that the network swallows is', async (t) => {
  watchOutgoing();
  const socket = connect({ host: 'blocked.test', port: 25, lookup: () => {} });
  socket.destroy();
  await once(socket, 'close');
  const known = seenPlaces().find(({ host }) => host === 'blocked.test');
  t.deepEqual([known?.port, known?.calls, known?.problem], [25, 1, 'ETIMEDOUT']);
  const late = connect({ host: 'late.test', port: 25, lookup: () => {} });
  late.destroy(Object.assign(new Error('late'), { code: 'ABORT_ERR' }));
  await t.throwsAsync(once(late, 'close'), { code: 'ABORT_ERR' });
  const { calls, problem } = seenPlaces().find(({ host }) => host === 'late.test') ?? {};
  t.deepEqual([calls, problem], [1, 'ABORT_ERR']);
});

test('what was announced is listed with its last call, and what nobody announced comes first', (t) => {
  const declared = [
    { purpose: 'sending', host: 'Smtp.firma.test', port: 587 },
    { purpose: 'webhook', host: 'hook.test', port: 443 },
    { purpose: 'ping', host: 'hook.test', port: 443 },
    { purpose: 'direct', host: '*', port: 25 },
    { purpose: 'finding', host: '*', port: 443, isJudged: true },
  ] as const;
  const rows = connections(declared, [
    seen('smtp.firma.test', 587, 'ECONNREFUSED'),
    seen('192.0.2.7', 25),
    seen('192.0.2.8', 443),
    seen('tracker.test', 443),
    seen('127.0.0.1', 9),
  ]);
  t.deepEqual(
    rows.map(({ host, port, purposes, last }) => [`${host}:${port}`, purposes.join(), last?.problem ?? (last ? 'made' : 'never')]),
    [
      ['tracker.test:443', '', 'made'],
      ['192.0.2.7:25', 'direct', 'made'],
      ['192.0.2.8:443', 'finding', 'made'],
      ['smtp.firma.test:587', 'sending', 'ECONNREFUSED'],
      ['*:25', 'direct', 'never'],
      ['*:443', 'finding', 'never'],
      ['hook.test:443', 'webhook,ping', 'never'],
      ['127.0.0.1:9', '', 'made'],
    ],
  );
  t.deepEqual(
    unlisted(rows).map(({ host }) => host),
    ['tracker.test'],
  );
});

test('of what other programs and UDP connect to it is not said that nothing was', (t) => {
  const declared = [
    { purpose: 'backup', host: 'store.test', port: 443 },
    { purpose: 'dns', host: '192.0.2.53', port: 53 },
    { purpose: 'ping', host: 'ping.test', port: 443 },
    { purpose: 'backup', host: 'both.test', port: 443 },
    { purpose: 'bucket', host: 'both.test', port: 443 },
  ] as const;
  const counted = connections(declared, [seen('store.test', 22)]).filter(({ isCounted }) => isCounted);
  t.deepEqual(
    counted.map(({ host, port }) => `${host}:${port}`),
    ['store.test:22', 'both.test:443', 'ping.test:443'],
  );
  t.true(connections(declared, [seen('store.test', 443)]).some(({ host, isCounted }) => host === 'store.test' && isCounted));
});

test('an inbox says where it sends and fetches, the plugin what it tries while a mailbox is connected', (t) => {
  const relay = { host: 'smtp.test', port: 587, implicitTls: false, user: null, password: null };
  const base = { route: 'relay', relay, secondRelay: null, mailbox: null } as never;
  t.deepEqual(reachesOf(base), [{ purpose: 'sending', host: 'smtp.test', port: 587 }]);
  t.deepEqual(reachesOf({ ...(base as object), mailbox: { imapHost: 'imap.test', imapPort: 993 } } as never).at(-1), {
    purpose: 'fetching',
    host: 'imap.test',
    port: 993,
  });
  t.deepEqual(reachesOf({ ...(base as object), route: 'direct' } as never), [{ purpose: 'direct', host: '*', port: 25 }]);
  t.true(reachesOf(null).every(({ purpose }) => purpose === 'finding'));
});
