import test from 'ava';
import { FRAME_CSP, frameCsp, messageDocument } from '../../core/lib/message-document.ts';
import { quotedHtmlStretches } from '../../core/lib/quoted-html.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { cpuMs } from '../support/cpu-time.ts';

const png = { contentId: 'logo@example.com', contentType: 'image/png', content: new Uint8Array([1, 2, 3]) };

test('The frame of a mail may run, load and submit nothing', (t) => {
  for (const directive of [
    "default-src 'none'",
    'img-src data:;',
    "form-action 'none'",
    "base-uri 'none'",
    'sandbox allow-same-origin allow-popups',
  ])
    t.true(FRAME_CSP.includes(directive));
  t.false(/script|connect|allow-forms|allow-top|https?:/.test(FRAME_CSP));
});

test('Remote pictures are allowed only when they were asked for', (t) => {
  t.true(frameCsp({ allowRemoteImages: true }).includes('img-src data: https: http:'));
  t.true(messageDocument(sanitiseHtml('x'), { inlineImages: [], allowRemoteImages: false }).includes('img-src data:;'));
});

test('Inline pictures are put into the document, other attachments are not', (t) => {
  const html = sanitiseHtml('<img src="cid:logo@example.com"><img src="cid:evil">');
  const evil = { contentId: 'evil', contentType: 'image/svg+xml', content: new Uint8Array([1]) };
  const document = messageDocument(html, { inlineImages: [png, evil], allowRemoteImages: false });
  t.true(document.includes('<img src="data:image/png;base64,AQID" />'));
  t.true(document.includes('src="cid:evil"'));
});

test('Pictures of the mail that its styles name are put in, and no other address of a style survives', (t) => {
  const html = sanitiseHtml(
    '<style>td{background:url(cid:logo@example.com)}</style><p style="background:url(\'cid:logo@example.com\')">x</p><b style="background:url(cid:a&quot;;x:url(http://evil.test))">y</b>',
  );
  const document = messageDocument(html, { inlineImages: [png], allowRemoteImages: false });
  t.is(document.match(/url\((?:&quot;|")data:image\/png;base64,AQID(?:&quot;|")\)/g)?.length, 2);
  t.false(document.includes('evil.test'));
});

test('a mail made of thousands of signatures is a document in no time, so that nobody waits for whoever opens it', (t) => {
  const html = sanitiseHtml('b<div class="gmail_signature">a</div>'.repeat(6_000));
  const stretches = quotedHtmlStretches(html);
  t.is(stretches.length, 6_000);
  const from = cpuMs();
  const document = messageDocument(html, { inlineImages: [], allowRemoteImages: false, folds: { stretches, label: 'x' } });
  t.true(cpuMs() - from < 1_000);
  t.is(document.split('</summary><div class="gmail_signature">a</div></details>b').length, 6_000);
});

test('a large picture that a mail names thousands of times does not fill the memory, a small one stands at each of its places', (t) => {
  const html = sanitiseHtml(
    `${'<img src="cid:large">'.repeat(2_000)}${'<img src="cid:small">'.repeat(2_000)}<p style="background:url(cid:large)">x</p>`,
  );
  const large = { ...png, contentId: 'large', content: new Uint8Array(300_000) };
  const document = messageDocument(html, { inlineImages: [large, { ...png, contentId: 'small' }], allowRemoteImages: false });
  t.true(document.length < 20_000_000, String(document.length));
  t.true(document.includes('<img src="data:image/png;base64,AAAA'));
  t.is(document.split('src="data:image/png;base64,AQID"').length - 1, 2_000);
  t.true(document.includes('src="cid:large"'), 'the rest are places without a picture');
});
