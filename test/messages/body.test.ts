import test from 'ava';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import type { Verdict } from '../../core/ingest/verdict.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { confine } from '../support/folders.ts';
import { mailFrom } from '../support/house.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const HOSTILE_NAMES = [
  'a.txt',
  'żółć gęśl.pdf',
  '../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/etc/passwd',
  'C:\\x.exe',
  'a"b.txt',
  "a'b.txt",
  'a;b.txt',
  'a%0d%0aSet-Cookie: x=1.txt',
  'a\r\nSet-Cookie: x=1',
  'a\nb.txt',
  'a\tb.txt',
  'nul\u0000byte.txt',
  '\u202egpj.exe',
  'emoji 😊.png',
  '=?utf-8?B?YQ==?=',
  'a,b.txt',
  '; filename=evil.exe',
  '" ; filename="evil.exe',
  "UTF-8''evil.exe",
  '',
  ' ',
  '.',
  '..',
  '.htaccess',
  'x'.repeat(600),
  '日本語のファイル名.docx',
  '<img src=x onerror=alert(1)>.html',
  'a\u2028b.txt',
  '%2e%2e%2f',
  '\ud800.txt',
];

test('every attachment is saved, never shown, whatever its sender called it', async (t) => {
  const { anna, blobs, scope, take } = await workspaceFor(t);
  const blob = await blobs.put(Buffer.from('<script>alert(1)</script>'));
  await scope.db('blobs').insert({ ...blob, created_at: 'x' });
  const attachments = HOSTILE_NAMES.map((filename) => ({
    ...blob,
    filename: filename.toWellFormed().replaceAll('\0', ''),
    contentType: 'text/html',
    contentId: null,
    inline: false,
  }));
  await take([mailFrom('jan@customer.test', { attachments })]);
  for (let id = 1; id <= attachments.length; id += 1) {
    for (const query of ['', '?inline=1']) {
      const { status, headers, text } = await anna.get(`/attachments/${id}${query}`);
      const name = HOSTILE_NAMES[id - 1] ?? '';
      t.is(status, 200, name);
      t.regex(
        headers.get('content-disposition') ?? '',
        /^attachment; filename="[^"\\/\r\n]{1,220}"; filename\*=UTF-8''[A-Za-z0-9%._~!$&+-]+$/,
        name,
      );
      t.is(headers.get('content-type'), 'application/octet-stream', name);
      t.is(headers.get('x-content-type-options'), 'nosniff', name);
      t.regex(headers.get('content-security-policy') ?? '', /sandbox/, name);
      t.is(headers.get('set-cookie'), null, name);
      t.is(text, '<script>alert(1)</script>');
    }
  }
  t.true(attachments.length >= 30);
});

test('a file is shown in its place only when its bytes are a picture, a PDF or a text, whatever it is called', async (t) => {
  const { anna, blobs, scope, take } = await workspaceFor(t);
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 1]);
  const cases: readonly (readonly [string | Buffer, string, string, string | null])[] = [
    [png, 'a.png', 'image/png', 'image/png'],
    [png, 'a.jpg', 'image/jpeg', 'image/png'],
    [png, 'zdjęcie.PNG', 'application/octet-stream', 'image/png'],
    [png, 'a.svg', 'image/svg+xml', null],
    ['<svg onload="alert(1)">', 'a.png', 'image/png', null],
    ['<script>alert(1)</script>', 'a.pdf', 'application/pdf', null],
    ['%PDF-1.7', 'a.pdf', 'application/pdf', 'application/pdf'],
    ['%PDF-1.7', 'a.html', 'text/html', null],
    ['Zażółć <b>', 'a.txt', 'text/plain', 'text/plain; charset=utf-8'],
    [Buffer.from([0x5a, 0xb9, 0x20]), 'a.csv', 'text/csv', 'text/plain; charset=utf-8'],
    ['<html><script>alert(1)</script>', 'a.txt', 'text/plain', null],
    ['MZ\u0000', 'a.txt', 'text/plain', null],
    ['alert(1)', 'a.js', 'text/javascript', null],
    ['<?xml version="1.0"?>', 'a.xml', 'text/xml', null],
  ];
  const attachments = [];
  for (const [content, filename, contentType] of cases) {
    const blob = await blobs.put(Buffer.from(content));
    await scope
      .db('blobs')
      .insert({ ...blob, created_at: 'x' })
      .onConflict()
      .ignore();
    attachments.push({ ...blob, filename, contentType, contentId: null, inline: false });
  }
  await take([mailFrom('jan@customer.test', { attachments })]);
  for (const [at, [, name, , type]] of cases.entries()) {
    const { headers, text } = await anna.get(`/attachments/${at + 1}?inline=1`);
    t.is(headers.get('content-type'), type ?? 'application/octet-stream', `${at} ${name}`);
    t.is(headers.get('content-disposition')?.split(';')[0], type ? 'inline' : 'attachment', `${at} ${name}`);
    t.is(headers.get('x-content-type-options'), 'nosniff');
    t.regex(
      headers.get('content-security-policy') ?? '',
      type === 'application/pdf' ? /default-src 'none'; object-src 'self'/ : /default-src 'none'; sandbox/,
      name,
    );
    if (name === 'a.csv') t.is(text, 'Zą ', 'an old alphabet is read as ours');
  }
  const page = (await anna.get('/conversations/1')).text;
  t.regex(page, /href="\/attachments\/1\?inline=1" target="_blank" rel="noopener" data-preview="picture"/);
  t.regex(page, /href="\/attachments\/4" download/);
});

test('the HTML of a mail is a document of its own in which nothing runs and nothing is loaded', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({ html: sanitiseHtml('<p>Dzień <b>dobry</b><script>alert(1)</script><img src="https://tracker.example/x.gif"></p>') });
  const page = await anna.get('/conversations/1');
  t.regex(page.text, /<iframe [^>]*src="\/messages\/1\/body" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"/);
  t.false(page.text.includes('tracker.example'), 'the page itself holds nothing of the HTML');
  const body = await anna.get('/messages/1/body');
  const csp = body.headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", 'img-src data:;', 'sandbox allow-same-origin', "form-action 'none'"])
    t.true(csp.includes(part), part);
  t.notRegex(csp, /allow-scripts|script-src|unsafe-eval/);
  t.is(body.headers.get('x-frame-options'), null);
  t.is(body.headers.get('referrer-policy'), 'no-referrer');
  t.false(body.text.includes('<script'));
  t.true(body.text.includes('Dzień <b>dobry</b>'));
});

test('remote pictures are shown when asked for, and for a sender who was allowed until that is taken back', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({ html: sanitiseHtml('<img src="https://shop.example/x.gif">') });
  const pictures = async (path: string): Promise<boolean> =>
    ((await anna.get(path)).headers.get('content-security-policy') ?? '').includes('img-src data: https:');
  t.false(await pictures('/messages/1/body'));
  t.true(await pictures('/messages/1/body?images=1'));
  t.false(await pictures('/messages/1/body?images=yes'));
  await anna.get('/conversations/1');
  t.is((await anna.post('/messages/1/pictures')).location, '/conversations/1');
  t.true(await pictures('/messages/1/body'));
  await mail({ from: { address: 'JAN@customer.test', name: null }, html: sanitiseHtml('<p>2</p>') });
  t.true(await pictures('/messages/2/body'));
  await mail({ from: { address: 'ola@customer.test', name: null }, html: sanitiseHtml('<p>3</p>') });
  t.false(await pictures('/messages/3/body'));
  await anna.post('/messages/1/pictures', { allowed: 'no' });
  t.false(await pictures('/messages/1/body'));
});

test('who may only look at a conversation sees its pictures, and does not decide about them for everybody', async (t) => {
  const { anna, mail, base, piotr, scope } = await workspaceFor(t);
  await mail({ html: sanitiseHtml('<img src="https://shop.example/x.gif">') });
  const looking = httpClient(base);
  signIn(looking, piotr);
  const pictures = async (path: string): Promise<boolean> =>
    ((await looking.get(path)).headers.get('content-security-policy') ?? '').includes('img-src data: https:');
  await confine(scope, piotr, [TOP_FOLDER], 'see');
  const page = (await looking.get('/conversations/1')).text;
  t.true(page.includes('/messages/1/body?images=1'));
  t.false(page.includes('action="/messages/1/pictures"'), 'nothing is offered that is refused');
  t.is((await looking.post('/messages/1/pictures')).status, 403);
  t.false(await pictures('/messages/1/body'));
  t.true(await pictures('/messages/1/body?images=1'));
  await anna.get('/conversations/1');
  await anna.post('/messages/1/pictures');
  t.is((await looking.post('/messages/1/pictures', { allowed: 'no' })).status, 403);
  t.true(await pictures('/messages/1/body'));

  await confine(scope, piotr, [TOP_FOLDER], 'answer');
  t.true((await looking.get('/conversations/1')).text.includes('action="/messages/1/pictures"'));
  t.is((await looking.post('/messages/1/pictures', { allowed: 'no' })).status, 303);
  t.false(await pictures('/messages/1/body'));
});

test('a mail that pretends to be from a sender who was allowed shows no remote pictures by itself, and allows nobody', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  const html = sanitiseHtml('<img src="https://shop.example/x.gif">');
  const forged: Verdict = {
    authentication: {
      ...{ origin: 'outside', ip: null, helo: null, fromDomain: 'customer.test', spf: null, dkim: [], dmarc: null, arc: null },
      pretences: ['dmarc'],
    },
    spam: null,
  };
  const pictures = async (path: string): Promise<boolean> =>
    ((await anna.get(path)).headers.get('content-security-policy') ?? '').includes('img-src data: https:');
  await mail({ html });
  await mail({ html }, { verdict: forged });
  const page = (await anna.get('/conversations/2')).text;
  t.true(page.includes('/messages/2/body?images=1'));
  const offer = 'zawsze od jan@customer.test';
  t.true((await anna.get('/conversations/1')).text.includes(offer));
  t.false(page.includes(offer), 'the address is not his whose mail it is');
  t.is((await anna.post('/messages/2/pictures')).status, 403);
  t.false(await pictures('/messages/1/body'));
  await anna.post('/messages/1/pictures');
  t.true(await pictures('/messages/1/body'));
  t.false(await pictures('/messages/2/body'), 'whoever forged it would learn that it is read');
  t.true(await pictures('/messages/2/body?images=1'), 'who asks for them sees them');
});

test('pictures inside a mail come with its document', async (t) => {
  const { anna, blobs, scope, take } = await workspaceFor(t);
  const blob = await blobs.put(Buffer.from('PNG'));
  await scope.db('blobs').insert({ ...blob, created_at: 'x' });
  const picture = { ...blob, filename: 'logo.png', contentType: 'image/png', contentId: 'logo@x', inline: true };
  await take([mailFrom('jan@customer.test', { html: sanitiseHtml('<img src="cid:logo@x">'), attachments: [picture] })]);
  t.true((await anna.get('/messages/1/body')).text.includes(`data:image/png;base64,${Buffer.from('PNG').toString('base64')}`));
  t.false((await anna.get('/conversations/1')).text.includes('logo.png'), 'it is not an attachment to save');
});

test('plain text, source and the original file of a mail are there, as text and never as a page', async (t) => {
  const { anna, blobs, scope, mail } = await workspaceFor(t);
  const raw = 'Subject: <b>x</b>\r\n\r\n<script>alert(1)</script>';
  const { record } = await mail({ text: '<b>tekst</b>' });
  const blob = await blobs.put(Buffer.from(raw));
  await scope.db('blobs').insert({ ...blob, created_at: 'x' });
  await scope.db('raw_inbound').where({ id: record.id }).update({ blob_sha256: blob.sha256, bytes: blob.bytes });
  const text = await anna.get('/messages/1/text');
  t.deepEqual([text.headers.get('content-type'), text.text], ['text/plain; charset=utf-8', '<b>tekst</b>']);
  const source = await anna.get('/messages/1/source');
  t.deepEqual([source.headers.get('content-type'), source.text], ['text/plain; charset=utf-8', raw]);
  t.is(source.headers.get('x-content-type-options'), 'nosniff');
  const file = await anna.get('/messages/1/raw');
  t.is(file.headers.get('content-type'), 'message/rfc822');
  t.is(file.headers.get('content-disposition')?.split(';')[0], 'attachment');
  t.is(file.text, raw);
});
