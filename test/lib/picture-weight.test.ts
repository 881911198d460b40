import test from 'ava';
import { messageDocument } from '../../core/lib/message-document.ts';
import { emptyPixels } from '../../core/lib/picture-weight.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { pngOf, pngSaying } from '../support/png.ts';

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

test('pixels that the bytes of a picture account for are free, others count, and above a hundred million it is none', (t) => {
  t.is(emptyPixels(pngSaying(4_000, 3_000), 2_000_000), 0, 'a photograph');
  t.is(emptyPixels(pngSaying(4_000, 2_000), 20_000), 7_600_000, 'an empty screen');
  for (const size of [16_000, 60_000, 2 ** 31]) t.is(emptyPixels(pngSaying(size, size), 100_000_000), Number.POSITIVE_INFINITY);
  t.is(emptyPixels(bytes('GIF89a', [0xff, 0xff, 0xff, 0xff]), 20), Number.POSITIVE_INFINITY);
  t.is(emptyPixels(bytes('GIF89a', [100, 0, 100, 0]), 20), 9_600);
  const bitmap = bytes('BM', Array(16).fill(0) as number[], [0x10, 0x27, 0, 0], [0xf0, 0xd8, 0xff, 0xff]);
  t.is(emptyPixels(bitmap, 0), 100_000_000);
  const old = bytes('BM', Array(12).fill(0) as number[], [12, 0, 0, 0], [100, 0, 50, 0], Array(8).fill(0xff) as number[]);
  t.is(emptyPixels(old, 0), 5_000, 'as OS/2 wrote them');
  const avif = bytes([0, 0, 0, 0], 'ftypavif', 'ispe', [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2], 'ispe', [0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 3, 0]);
  t.is(emptyPixels(avif, 0), 768 * 768);
  for (const other of ['', 'BM', 'GIF8', '....ftypavif....ispe', 'no picture']) t.is(emptyPixels(bytes(other), other.length), 0, other);
});

test('a mail shows its pictures but for those that fill the memory of whoever opens it, wherever they stand', (t) => {
  const data = (png: Buffer) => `data:image/png;base64,${png.toString('base64')}`;
  const [small, bomb, screen] = [pngOf(20, 10), pngSaying(20_000, 20_000), pngSaying(6_000, 4_000)];
  const html = sanitiseHtml(
    `<img src="${data(small)}"><img src="${data(bomb)}"><img src="cid:one"><div style="background:url('cid:one')">a</div>` +
      `<style>p{background:url(${data(bomb)})}</style>${`<img src="${data(screen)}">`.repeat(6)}`,
  );
  const hidden = `<img src="data:image/png;base64,${' '.repeat(400_000)}${bomb.toString('base64')}">`;
  const far = messageDocument(sanitiseHtml(hidden), { inlineImages: [], allowRemoteImages: false });
  t.false(far.includes(bomb.toString('base64')), 'browsers skip blanks, however many');
  const image = { contentId: 'one', contentType: 'image/png', content: bomb };
  const document = messageDocument(html, { inlineImages: [image], allowRemoteImages: false });
  t.true(document.includes(data(small)));
  t.false(document.includes(data(bomb)));
  t.is(document.split(data(screen)).length - 1, 4, 'as many empty ones as a browser can hold');
  t.is(document.split('data:image/gif;base64,R0lGOD').length - 1, 6);
});
