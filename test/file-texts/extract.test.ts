import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, deflateSync } from 'node:zlib';
import test from 'ava';
import { createExtract, type FileToRead } from '../../core/file-texts/extractor.ts';
import { foldedPages, indexedOf, pageWith } from '../../core/file-texts/fold.ts';
import { kindOf } from '../../core/file-texts/kind.ts';
import { tempDir } from '../support/temp-dir.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const extract = createExtract();
const never = new AbortController().signal;
const read = (file: Partial<FileToRead>) => extract({ path: '', kind: 'text', text: '', ...file }, never);

test('the words of PDF, Word, Excel and OpenDocument files are read in their order, page by page', async (t) => {
  const words = async (name: string) => {
    const kind = kindOf({ filename: name, contentType: '', bytes: 1 });
    const answer = kind && (await read({ path: join(FIXTURES, name), kind }));
    return answer && 'words' in answer ? answer.words : answer;
  };
  t.is(
    await words('protokol.pdf'),
    ' protokol odbioru numer seryjny pw 4471 pralka wirowka \f gwarancja naprawa lozyska objeta gwarancja do grudnia ',
  );
  t.is(await words('umowa.docx'), ' umowa serwisowa zazolc gesla naglowek poufny ');
  t.is(await words('cennik.xlsx'), ' wirowka pralka 129900 gratis ');
  t.is(await words('oferta.odt'), ' oferta termin realizacji ');
  t.is(await words('stan.ods'), ' wirowka 12 szt lozysko ');
  t.is(await words('szkolenie.odp'), ' szkolenie bhp \f gasnice ');
  const slides = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `slajd ${n} `);
  t.is(await words('oferta.pptx'), ` pralki ${['', ...slides].join('\f ')}`);
});

test('text files are read in the encodings that Polish programs write, HTML without its tags and scripts', async (t) => {
  const dir = tempDir(t);
  const words = async (content: Buffer | string, kind: FileToRead['kind'] = 'text') => {
    writeFileSync(join(dir, 'f'), content);
    return read({ path: join(dir, 'f'), kind });
  };
  t.deepEqual(await words('Zażółć gęślą'), { words: ' zazolc gesla ' });
  t.deepEqual(await words(Buffer.from([0x5a, 0x61, 0xbf, 0xf3, 0xb3, 0xe6])), { words: ' zazolc ' });
  t.deepEqual(await words(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Zażółć', 'utf16le')])), { words: ' zazolc ' });
  t.deepEqual(await words(`a\n${'QUJD'.repeat(19)}\nb`), { words: ' a b ' });
  t.deepEqual(await words('<style>x{}</style><p>Kil<b>ka</b> s&#322;&oacute;w</p><script>if (a < b) c()</script><p>&lt;i&gt;', 'markup'), {
    words: ' kilka sl oacute w i ',
  });
  t.deepEqual(await words(''), { words: '' });
  t.deepEqual(await words(Buffer.from([65, 0, 66])), { problem: 'unreadable' });
});

test('a file that is broken, a bomb, too slow or too large for its thread is a problem, and harms nobody', async (t) => {
  const dir = tempDir(t);
  const path = join(dir, 'f');
  const put = (content: Buffer | string) => writeFileSync(path, content);
  for (const kind of ['pdf', 'office'] as const)
    for (const content of [
      '',
      'PK\x03\x04',
      '%PDF-1.7\n',
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>',
      'x'.repeat(1_000),
    ]) {
      put(content);
      const answer = await read({ path, kind });
      t.false('words' in answer && answer.words !== '', `${kind} ${content.slice(0, 20)}`);
    }
  put(zipOf('word/document.xml', 60 * 1024 * 1024));
  t.deepEqual(await read({ path, kind: 'office' }), { problem: 'unreadable' }, 'it says what it unpacks to');
  put(zipOf('word/document.xml', 30 * 1024 * 1024, 10));
  t.deepEqual(await read({ path, kind: 'office' }), { problem: 'unreadable' }, 'it lies about what it unpacks to');
  put(`${'<'.repeat(500_000)}a`);
  t.deepEqual(await read({ path, kind: 'markup' }), { words: ' a ' });
  put('<p>a</p>&lt;'.repeat(2_000_000));
  t.deepEqual(await createExtract({ timeLimitMs: 1 })({ path, kind: 'markup', text: '' }, never), { problem: 'too_slow' });
  // With 8 a thread may not even begin, and takes the process with it.
  t.deepEqual(await createExtract({ maxHeapMb: 12 })({ path, kind: 'text', text: '' }, never), { problem: 'too_much_memory' });
  t.deepEqual(await extract({ path, kind: 'text', text: '' }, AbortSignal.abort()), { problem: 'interrupted' });
  t.deepEqual(await read({ path: join(dir, 'gone') }), { problem: 'unreadable' });
});

test.serial('what a file unpacks to beside the heap of its thread is limited like the heap', async (t) => {
  const path = join(tempDir(t), 'bomb.pdf');
  const page = deflateSync(deflateSync(Buffer.alloc(600 * 1024 * 1024, ' ')));
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>',
    `<</Filter[/FlateDecode/FlateDecode]/Length ${page.length}>>stream\n${page.toString('latin1')}\nendstream`,
  ];
  const body = objects.map((object, n) => `${n + 1} 0 obj\n${object}\nendobj\n`).join('');
  writeFileSync(path, `%PDF-1.4\n${body}trailer<</Root 1 0 R>>\n`, 'latin1');
  t.true(page.length < 10_000);
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  t.deepEqual(await read({ path, kind: 'pdf' }), { problem: 'too_much_memory' });
  clearInterval(watch);
  t.true(most - before < 450_000_000, `${most - before} bytes`);
});

test('what is kept of a file is bounded, and says on which page a word is', async (t) => {
  const long = foldedPages(Array.from({ length: 400 }, (_, n) => `strona${n} `.repeat(300)));
  t.true(long.length <= 301_000 && long.endsWith(' '));
  t.is(pageWith(long, 'strona7', false), 8);
  t.is(pageWith(long, 'strona39', true), 40);
  t.is(pageWith(long, 'nigdzie', true), null);
  t.is((await indexedOf([Array.from({ length: 30_000 }, (_, n) => `w${n}`).join(' ')])).length, 10_000);
  t.is(foldedPages(['', ' … ']), '');
});

test('of the files of a message no more is asked for than the index takes', async (t) => {
  let asked = 0;
  async function* files() {
    for (; asked < 500; asked += 1) yield Array.from({ length: 6_000 }, (_, n) => `w${n}f${asked}`).join(' ');
  }
  t.is((await indexedOf(files())).length, 10_000);
  t.is(asked, 1, 'the second was enough');
});

test('words are looked for in files by their name, else by their type', (t) => {
  const kind = (filename: string, contentType = 'application/octet-stream', bytes = 1) => kindOf({ filename, contentType, bytes });
  t.deepEqual(
    ['a.PDF', 'a.docx', 'a.ods', 'a.csv', 'a.html', 'a.exe', 'a.jpg', ''].map((name) => kind(name)),
    ['pdf', 'office', 'office', 'text', 'markup', null, null, null],
  );
  t.is(kind('faktura', 'application/pdf'), 'pdf');
  t.is(kind('a.pdf', '', 40_000_000), null);
  t.is(kind('a.pdf', '', 0), null);
});

/** A zip of one file of zeros that says how many there are, or something else. */
function zipOf(name: string, bytes: number, said = bytes): Buffer {
  const packed = deflateRawSync(Buffer.alloc(bytes));
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(0, 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(said, 8);
  const names = Buffer.from([name.length, 0, 0, 0]);
  const local = Buffer.concat([Buffer.from('504b030414000000080000000000', 'hex'), sizes, names, Buffer.from(name), packed]);
  const central = Buffer.concat([
    Buffer.from('504b01021400140000000800000000000', 'hex').subarray(0, 16),
    sizes,
    names,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
