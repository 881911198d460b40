import test from 'ava';
import { pictureSize } from '../../core/lib/picture-size.ts';
import { pngOf } from '../support/png.ts';

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const JPEG = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc4, 0, 3, 0, 0xff, 0xff, 0xc2, 0, 17, 8, 0x01, 0x02, 0x03, 0x04, 3]);
const WEBP = 'RIFF\x00\x00\x00\x00WEBP';

test('the size of a picture is read from its bytes, in each of the formats that may be uploaded', (t) => {
  t.deepEqual(pictureSize(pngOf(300, 200)), { type: 'image/png', width: 300, height: 200 });
  t.deepEqual(pictureSize(JPEG), { type: 'image/jpeg', width: 0x304, height: 0x102 });
  const extended = bytes(WEBP, 'VP8X', [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0x3f, 1, 0]);
  t.deepEqual(pictureSize(extended), { type: 'image/webp', width: 256, height: 320 });
  const lossy = bytes(WEBP, 'VP8 ', [10, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a, 0x20, 0x40, 0x10, 0x80]);
  t.deepEqual(pictureSize(lossy), { type: 'image/webp', width: 32, height: 16 });
  const lossless = bytes(WEBP, 'VP8L', [10, 0, 0, 0, 0x2f, 0xff, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0]);
  t.deepEqual(pictureSize(lossless), { type: 'image/webp', width: 256, height: 256 });
});

test('what is no picture, cannot be drawn safely or is broken off has no size', (t) => {
  const svg = bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  for (const wrong of [svg, bytes('GIF89a'), bytes(''), bytes('%PDF-1.7'), pngOf(3, 3).subarray(0, 20), pngOf(0, 9), JPEG.subarray(0, 14)])
    t.is(pictureSize(wrong), null);
  for (let length = 0; length < JPEG.length; length += 1) t.notThrows(() => pictureSize(JPEG.subarray(0, length)));
});
