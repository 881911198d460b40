import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { loadAssets } from '../../core/http/assets.ts';
import { withoutComments } from '../../core/http/script.ts';
import { VIEWS } from '../support/render.ts';

const assets = loadAssets([{ dir: join(VIEWS, 'assets') }], () => '<svg/>');

async function served(t: ExecutionContext): Promise<string> {
  const server = createServer(new Koa().use(assets.middleware).callback()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an asset under its hashed address may be kept for ever and travels compressed', async (t) => {
  const base = await served(t);
  const answer = await fetch(base + assets.url('css/app.css'), { headers: { 'accept-encoding': 'br' } });
  t.is(answer.status, 200);
  t.is(answer.headers.get('content-type'), 'text/css; charset=utf-8');
  t.regex(answer.headers.get('cache-control') ?? '', /immutable/);
  t.is(answer.headers.get('content-encoding'), 'br');
  t.true((await answer.text()).startsWith('@layer tabler, base, layout'));
  const plain = await fetch(`${base}/assets/css/app.css`, { headers: { 'accept-encoding': 'identity' } });
  t.is(plain.headers.get('cache-control'), 'no-cache');
  t.is(plain.headers.get('content-encoding'), null);
  await plain.text();
});

test('a browser that has the asset gets 304', async (t) => {
  const base = await served(t);
  const first = await fetch(`${base}/assets/js/shell.js`, { headers: { 'accept-encoding': 'gzip' } });
  t.is(await first.text(), withoutComments(readFileSync(join(VIEWS, 'assets/js/shell.js'), 'utf8')));
  const again = await fetch(`${base}/assets/js/shell.js`, {
    headers: { 'accept-encoding': 'gzip', 'cache-control': 'max-age=0', 'if-none-match': first.headers.get('etag') ?? '' },
  });
  t.is(again.status, 304);
});

test('only listed files are reachable below /assets/', async (t) => {
  const base = await served(t);
  for (const path of [
    '/assets/nothing.js',
    '/assets/vendor/koa.js',
    '/assets/..%2f..%2fpackage.json',
    '/assets/',
    '/assets/__proto__',
    '/package.json',
  ])
    t.is((await fetch(base + path)).status, 404, path);
  t.is((await fetch(`${base}/assets/js/shell.js`, { method: 'POST' })).status, 404);
  t.is((await fetch(`${base}/assets/icons.svg`)).headers.get('content-type'), 'image/svg+xml');
});

test('an address of an asset that does not exist is a mistake found at once', (t) => {
  t.throws(() => assets.url('js/none.js'), { message: /no asset/ });
});

test('all scripts of a page weigh at most 90 KB packed, our own at most 25, and what comes at its first use 4.5 more', async (t) => {
  const base = await served(t);
  const weigh = async (name: string): Promise<number> =>
    gzipSync(Buffer.from(await (await fetch(`${base}/assets/${name}`)).arrayBuffer()), { level: 9 }).length;
  const sum = async (names: readonly string[]): Promise<number> =>
    (await Promise.all(names.map(weigh))).reduce((total, bytes) => total + bytes, 0);
  const own = await sum(readdirSync(join(VIEWS, 'assets/js')).map((name) => `js/${name}`));
  const vendor = await sum(['vendor/htmx.js', 'vendor/squire.js', 'vendor/dompurify.js']);
  const later = await sum(readdirSync(join(VIEWS, 'assets/on-demand')).map((name) => `on-demand/${name}`));
  t.true(own <= 25_000, `${own}`);
  t.true(later <= 4_500, `${later}`);
  t.true(own + later + vendor <= 90_000, `${own + later + vendor}`);
});
