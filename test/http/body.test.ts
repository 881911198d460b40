import { get, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import test from 'ava';
import { TooLargeError } from '../../core/http/body.ts';
import type { Route } from '../../core/http/context.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn, web } from '../support/web.ts';

const echo: Route['handle'] = (ctx) => {
  ctx.body = { form: ctx.form, uploads: ctx.uploads };
};
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/page', may: 'public', handle: (ctx) => ctx.page('page') },
  { method: 'POST', path: '/echo', may: 'agent', handle: echo },
  { method: 'POST', path: '/small', may: 'agent', handle: echo, maxBodyBytes: 2_000 },
  { method: 'POST', path: '/open', may: 'public', handle: echo },
];

async function agentClient(t: Parameters<typeof web>[0]) {
  const { base, uploads } = await web(t, ROUTES);
  const client = httpClient(base);
  signIn(client, 2);
  await client.get('/page');
  return { base, uploads, client, headers: { 'x-csrf-token': client.csrf() } };
}

const json = (text: string) => JSON.parse(text) as { form: Record<string, unknown>; uploads: { filename: string; bytes: number }[] };

test('forms arrive parsed, with brackets as lists and NUL removed', async (t) => {
  const { client, headers } = await agentClient(t);
  const type = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await client.send('POST', '/echo', 'a=1&b[]=2&b[]=3&c[d]=4%00x&e=%C5%BC', type);
  t.deepEqual(json(answer.text).form, { a: '1', b: ['2', '3'], c: { d: '4x' }, e: 'ż' });
});

test('files of a multipart form go to the store as they come, and the fields beside them are a form', async (t) => {
  const { client, headers, uploads } = await agentClient(t);
  const form = new FormData();
  form.set('text', 'zażółć');
  form.append('files[]', new File(['abc'], 'umowa ś.pdf', { type: 'application/pdf' }));
  form.append('files[]', new File([new Uint8Array(300_000)], '../../etc/passwd'));
  form.append('empty', new File([], ''));
  const { form: fields, uploads: seen } = json((await client.send('POST', '/echo', form, headers)).text);
  t.deepEqual(fields, { text: 'zażółć' });
  t.deepEqual(
    seen.map(({ filename, bytes }) => [filename, bytes]),
    [
      ['umowa ś.pdf', 3],
      ['passwd', 300_000],
    ],
  );
  t.is(uploads.length, 2);
});

test('a file keeps the quotation marks in its name, which browsers send as %22, and every other %', async (t) => {
  const { client, headers } = await agentClient(t);
  const form = new FormData();
  for (const name of ['Umowa "Nowa".pdf', '50%25 %2f.pdf', 'dwie\r\nlinie\n.pdf']) form.append('files[]', new File(['abc'], name));
  const { uploads: seen } = json((await client.send('POST', '/echo', form, headers)).text);
  t.deepEqual(
    seen.map(({ filename }) => filename),
    ['Umowa "Nowa".pdf', '50%25 %2f.pdf', 'dwie linie .pdf'],
  );
});

test('a body over the limit is answered with 413 in every encoding', async (t) => {
  const { client, headers } = await agentClient(t);
  const big = 'x'.repeat(3_000);
  const form = new FormData();
  form.set('file', new File([big], 'big.txt'));
  t.is((await client.send('POST', '/small', form, headers)).status, 413);
  t.is((await client.send('POST', '/small', new URLSearchParams({ big }), headers)).status, 413);
  t.is((await client.send('POST', '/small', JSON.stringify({ big }), { ...headers, 'content-type': 'application/json' })).status, 413);
  t.is((await client.send('POST', '/echo', new URLSearchParams({ big: 'x'.repeat(1_100_000) }), headers)).status, 413);
});

test('of strangers nothing larger than their forms is held in memory, unless a route says so', async (t) => {
  const { base } = await web(t, [...ROUTES, { method: 'POST', path: '/letter', may: 'public', handle: echo, maxBodyBytes: 200_000 }]);
  const client = httpClient(base);
  await client.get('/page');
  const headers = { 'x-csrf-token': client.csrf() };
  const sent = async (path: string, chars: number) =>
    (await client.send('POST', path, new URLSearchParams({ text: 'x'.repeat(chars) }), headers)).status;
  t.deepEqual([await sent('/open', 60_000), await sent('/open', 70_000)], [200, 413]);
  t.deepEqual([await sent('/letter', 190_000), await sent('/letter', 210_000)], [200, 413]);
  t.is(new TooLargeError(262_144).message, 'This is larger than the 256 kB allowed here');
  t.is(new TooLargeError(36_700_160).message, 'This is larger than the 35 MB allowed here');
});

test('a body without a length is counted while it comes', async (t) => {
  const { base, client, headers } = await agentClient(t);
  const stream = new ReadableStream({
    start: (controller) => {
      for (let i = 0; i < 5; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(1_000)));
      controller.close();
    },
  });
  const cookie = `session=${client.cookies.get('session')}`;
  const type = 'application/x-www-form-urlencoded';
  const init = { method: 'POST', body: stream, duplex: 'half', headers: { ...headers, cookie, 'content-type': type } } as const;
  t.is((await fetch(`${base}/small`, init)).status, 413);
});

test('malformed, nested and strange bodies are 4xx', async (t) => {
  const { client, headers } = await agentClient(t);
  const send = async (type: string, body: string) =>
    (await client.send('POST', '/echo', body, { ...headers, 'content-type': type })).status;
  const urlencoded = 'application/x-www-form-urlencoded';
  t.is(await send(urlencoded, `a${'[b]'.repeat(50)}=1`), 400);
  t.is(await send(urlencoded, Array.from({ length: 2_000 }, (_, i) => `a${i}=1`).join('&')), 400);
  t.is(await send('application/json', '{"a":'), 400);
  t.is(await send('application/json', '[1]'), 400);
  t.is(await send('application/json', '"text"'), 400);
  t.is(await send('application/json', `{"a":${'['.repeat(500)}${']'.repeat(500)}}`), 400);
  t.is(await send('multipart/form-data', 'x'), 400);
  t.is(await send('multipart/form-data; boundary=a', '--a\r\nContent-Disposition: form-data; name="x"\r\n\r\nno end'), 400);
  t.is(await send('text/xml', '<a/>'), 415);
  t.is(await send('application/octet-stream', 'x'), 415);
});

test('a form cannot reach into the prototype of objects', async (t) => {
  const { client, headers } = await agentClient(t);
  for (const body of ['__proto__[role]=administrator', 'constructor[prototype][role]=x', 'a[__proto__][role]=x'])
    await client.send('POST', '/echo', body, { ...headers, 'content-type': 'application/x-www-form-urlencoded' });
  const type = { ...headers, 'content-type': 'application/json' };
  const answer = await client.send('POST', '/echo', '{"__proto__":{"role":"administrator"},"a":{"__proto__":{"b":1}}}', type);
  t.deepEqual(json(answer.text).form, { a: {} });
  t.is(Object.getOwnPropertyDescriptor(Object.prototype, 'role'), undefined);
});

test('before log-in a file is read and dropped', async (t) => {
  const { base, uploads } = await web(t, ROUTES);
  const client = httpClient(base);
  await client.get('/page');
  const form = new FormData();
  form.set('_csrf', client.csrf());
  form.set('file', new File(['abc'], 'a.txt'));
  t.deepEqual(json((await client.send('POST', '/open', form)).text).uploads, []);
  t.is(uploads.length, 0);
});

test('a client that hangs up in the middle of an upload harms nobody', async (t) => {
  const { base, client } = await agentClient(t);
  const { port } = new URL(base);
  const socket = connect(Number(port), '127.0.0.1');
  const head = `POST /echo HTTP/1.1\r\nHost: x\r\nCookie: session=${client.cookies.get('session')}\r\nX-CSRF-Token: ${client.csrf()}\r\n`;
  const part = '--a\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhalf of';
  await new Promise<void>((resolve) => {
    socket.write(`${head}Content-Type: multipart/form-data; boundary=a\r\nContent-Length: 100000\r\n\r\n${part}`, () => resolve());
  });
  socket.destroy();
  t.is((await client.get('/page')).status, 200);
});

test('large pages are compressed as the browser likes', async (t) => {
  const { base } = await web(t, [
    { method: 'GET', path: '/long', may: 'public', handle: (ctx) => ctx.page('x', { text: 'słowo '.repeat(1_000) }) },
  ]);
  for (const [encoding, unpack] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const answer = await raw(`${base}/long`, { 'accept-encoding': encoding });
    t.is(answer.headers['content-encoding'], encoding);
    t.is(answer.headers['content-type'], 'text/html; charset=utf-8');
    t.true(unpack(answer.body).toString('utf8').includes('słowo słowo'));
  }
  t.is((await raw(`${base}/long`, {})).headers['content-encoding'], undefined);
});

/** What is on the wire, before anything decodes it. */
function raw(url: string, headers: Record<string, string>): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, async (response) => {
      resolve({ headers: response.headers, body: Buffer.concat(await Array.fromAsync(response)) });
    }).once('error', reject);
  });
}
