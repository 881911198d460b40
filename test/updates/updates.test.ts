import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../../config/config.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createNews } from '../../core/news/news.ts';
import { newsRoutes } from '../../core/news/routes.ts';
import { createUpdates, type UpdateState } from '../../core/updates/watch.ts';
import { accountsWeb } from '../support/accounts.ts';
import { httpClient } from '../support/http-client.ts';
import { SITE, signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

/** A server of versions that answers as it is told and remembers what it was asked. */
async function versions(t: ExecutionContext<unknown>) {
  const asked: IncomingMessage[] = [];
  const script = { answer: (to: ServerResponse): unknown => to.end('{}') };
  const server = createServer((request, answer) => {
    asked.push(request);
    script.answer(answer);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const says = (body: unknown) => {
    script.answer = (to) => to.end(JSON.stringify(body));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/versions.json`, asked, script, says };
}

test('without an address nothing is asked; with one, once a day, and nothing of the installation is sent', async (t) => {
  const { url, asked, says } = await versions(t);
  await createUpdates(null, '0.2.0', () => new Date(), silentLog).look();
  let now = new Date('2026-11-28T08:00:00Z');
  const updates = createUpdates(url, '0.9.0', () => now, silentLog);
  t.deepEqual(updates.state(), { url, newest: null, askedAt: null, hasFailed: false });
  t.is(asked.length, 0);

  says({ versions: [{ version: '0.9.0' }, { version: '0.10.0', notes: 'more' }, { version: '0.8.4' }] });
  await updates.look();
  t.deepEqual(updates.state(), { url, newest: '0.10.0', askedAt: now, hasFailed: false });
  const [request] = asked;
  t.is(`${request?.method} ${request?.url}`, 'GET /versions.json');
  t.deepEqual(Object.keys(request?.headers ?? {}).sort(), [
    'accept',
    'accept-encoding',
    'accept-language',
    'connection',
    'host',
    'sec-fetch-mode',
    'user-agent',
  ]);
  t.is(request?.headers['user-agent'], 'Centrala');
  t.notRegex(JSON.stringify(request?.rawHeaders), /0\.9/);

  now = new Date(now.getTime() + 23 * 3_600_000);
  await updates.look();
  t.is(asked.length, 1);
  now = new Date(now.getTime() + 2 * 3_600_000);
  says({ versions: [{ version: '0.9.0' }] });
  await updates.look();
  t.is(asked.length, 2);
  t.is(updates.state().newest, null, 'this is the newest');
});

test('an answer that is not what was agreed changes nothing but that it failed, and is asked for again', async (t) => {
  const { url, asked, script, says } = await versions(t);
  let now = Date.parse('2026-11-28T08:00:00Z');
  const updates = createUpdates(url, '0.2.0', () => new Date(now), silentLog);
  const wrong: readonly ((to: ServerResponse) => unknown)[] = [
    (to) => to.end('<html>'),
    (to) => to.end(JSON.stringify({ versions: [{ version: '1.0.0<script>' }] })),
    (to) => to.end(JSON.stringify({ versions: 'all' })),
    (to) => to.writeHead(302, { Location: `${url}?again` }).end(),
    (to) => to.writeHead(500).end(),
    (to) => to.end(`{"versions": [], "x": "${'x'.repeat(70_000)}"}`),
    (to) => to.destroy(),
  ];
  for (const answer of wrong) {
    script.answer = answer;
    now += 31 * 60_000;
    for (let n = 0; n < 2; n += 1) await updates.look();
    t.like(updates.state(), { newest: null, askedAt: null, hasFailed: true });
  }
  t.is(asked.length, wrong.length, 'once each half hour');
  now += 31 * 60_000;
  says({ versions: [{ version: '0.3.0' }] });
  await updates.look();
  t.like(updates.state(), { newest: '0.3.0', hasFailed: false });
});

test('the address of versions is https, and holds no password', (t) => {
  const read = (url: string) => readConfig({ CENTRALA_UPDATES_URL: url }).updatesUrl;
  t.is(readConfig({}).updatesUrl, null);
  t.is(read('https://example.test/v.json'), 'https://example.test/v.json');
  for (const wrong of [
    'http://example.test/v.json',
    'file:///etc/passwd',
    'versions',
    'https://anna:x@example.test/',
    'http://127.0.0.1.example.test/',
  ])
    t.throws(() => read(wrong), { message: /CENTRALA_UPDATES_URL/ }, wrong);
});

test('an administrator sees in the news where versions are asked for and what is sent, others nothing of it', async (t) => {
  const state: { now: UpdateState } = { now: { url: null, newest: null, askedAt: null, hasFailed: false } };
  const web = await accountsWeb(t, undefined, newsRoutes(createNews(''), { state: () => state.now }));
  const ewa = await web.agent('Ewa', 'administrator');
  const jan = await web.agent('Jan');
  t.true((await ewa.client.get('/news')).text.includes('Centrala nie sprawdza, czy są nowsze wersje'));
  const url = 'https://example.test/v.json';
  state.now = { url, newest: '9.9.9', askedAt: new Date('2026-11-28T08:00:00Z'), hasFailed: false };
  const { text } = await ewa.client.get('/news');
  for (const part of ['Jest nowsza wersja: 9.9.9', url, 'bez numeru wersji', 'Ostatnia odpowiedź']) t.true(text.includes(part), part);
  const { text: others } = await jan.client.get('/news');
  for (const part of ['9.9.9', url, 'CENTRALA_UPDATES_URL']) t.false(others.includes(part), part);
});

test('every page marks a newer version for administrators, and for nobody else', async (t) => {
  const { anna, base, piotr } = await workspaceFor(t, { site: async () => ({ ...SITE, newerVersion: '9.9.9' }) });
  const ordinary = httpClient(base);
  signIn(ordinary, piotr);
  t.regex((await anna.get('/conversations')).text, /class="news-mark">jest 9\.9\.9</);
  t.notRegex((await ordinary.get('/conversations')).text, /9\.9\.9|news-mark/);
});
