import test from 'ava';
import { sniffType, typeByContent } from '../../core/lib/file-type.ts';

const bytes = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(parts.map((one) => (typeof one === 'number' ? Buffer.of(one) : Buffer.from(one, 'latin1'))));

const FILES: readonly (readonly [Buffer, string | null])[] = [
  [bytes(0x89, 'PNG\r\n\x1a\n...'), 'image/png'],
  [bytes(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg'],
  [bytes('GIF89a'), 'image/gif'],
  [bytes('RIFF\x24\x00\x00\x00WEBPVP8 '), 'image/webp'],
  [bytes('%PDF-1.7'), 'application/pdf'],
  [bytes('PK\x03\x04'), 'application/zip'],
  [bytes('MZ\x90'), 'application/vnd.microsoft.portable-executable'],
  [bytes('\x7fELF'), 'application/x-executable'],
  [bytes('<!-- a --> <!DOCTYPE html><p>'), 'text/html'],
  [bytes('\n<script>alert(1)</script>'), 'text/html'],
  [bytes('<?xml version="1.0"?>\n<svg onload="x">'), 'image/svg+xml'],
  [bytes('<?xml version="1.0"?><a/>'), 'text/xml'],
  [bytes('Dzień dobry, a < b'), null],
  [bytes(''), null],
];

test('the first bytes of a file give away pictures, PDF, archives, programs and what could run in a browser', (t) => {
  for (const [head, type] of FILES) t.is(sniffType(head), type, head.toString('latin1'));
});

test('the type of an uploaded file is what its bytes say, whatever its name made the browser say', (t) => {
  const [png, , , , pdf, zip, program] = FILES.map(([head]) => head) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  for (const [head, said, type] of [
    [png, 'application/octet-stream', 'image/png'],
    [program, 'application/pdf', 'application/vnd.microsoft.portable-executable'],
    [program, 'image/png', 'application/vnd.microsoft.portable-executable'],
    [zip, docx, docx],
    [zip, 'image/jpeg', 'application/zip'],
    [pdf, '', 'application/pdf'],
    [bytes('<html>'), 'image/png', 'text/html'],
    [bytes('<html>'), 'text/plain', 'text/plain'],
    [bytes('abc'), 'Text/CSV', 'text/csv'],
    [bytes('abc'), '', 'application/octet-stream'],
  ] as const)
    t.is(typeByContent(head, said), type, `${said}: ${head.toString('latin1')}`);
});
