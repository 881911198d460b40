import test from 'ava';
import { decodeText } from '../inbound/charset.ts';
import { messageIn, multipart } from './mails.ts';
import { randomFrom } from './random.ts';

const POLISH = 'ąćęłńóśźżĄĆĘŁŃÓŚŹŻ';
const TABLES = {
  'windows-1250': [0xb9, 0xe6, 0xea, 0xb3, 0xf1, 0xf3, 0x9c, 0x9f, 0xbf, 0xa5, 0xc6, 0xca, 0xa3, 0xd1, 0xd3, 0x8c, 0x8f, 0xaf],
  'iso-8859-2': [0xb1, 0xe6, 0xea, 0xb3, 0xf1, 0xf3, 0xb6, 0xbc, 0xbf, 0xa1, 0xc6, 0xca, 0xa3, 0xd1, 0xd3, 0xa6, 0xac, 0xaf],
};
const encoded = (text: string, encoding: keyof typeof TABLES | 'utf-8'): Buffer =>
  encoding === 'utf-8'
    ? Buffer.from(text)
    : Buffer.from(Array.from(text, (char) => (POLISH.includes(char) ? (TABLES[encoding][POLISH.indexOf(char)] ?? 0) : char.charCodeAt(0))));

const WORDS =
  'zażółć gęślą jaźń Łódź wyślę paczkę w środę źle działa drzwi się zamykają ąę dziękuję proszę o zwrot pieniędzy klient żąda'.split(' ');

test('Polish text reads right whichever of its encodings it is in and whichever of them it claims', (t) => {
  const random = randomFrom(1250);
  for (let i = 0; i < 500; i += 1) {
    const text = `Było źle, wyślę. ${Array.from({ length: 1 + random(20) }, () => WORDS[random(WORDS.length)]).join(' ')}`;
    for (const encoding of ['windows-1250', 'iso-8859-2', 'utf-8'] as const)
      for (const label of ['windows-1250', 'iso-8859-2', 'utf-8', 'iso-8859-1', 'windows-1252', 'us-ascii', 'x-unknown', null])
        t.is(decodeText(encoded(text, encoding), label), text, `${encoding} as ${label}`);
  }
});

test('texts of other languages keep the charset they claim', (t) => {
  for (const text of ['Grüße aus Köln, 3 m³ für ¿qué?', 'déjà vu à Noël', '¿Cómo está? Año 2026', 'Ça coûte 10 £'])
    t.is(decodeText(Buffer.from(text, 'latin1'), 'iso-8859-1'), text);
  t.is(decodeText(Buffer.from([0x48, 0xb1, 0x35]), 'windows-1250'), 'H±5');
});

test('UTF-7 and UTF-16 without a mark are read in the order that their letters show', (t) => {
  t.is(decodeText(Buffer.from('Za+AXwA8wFCAQc- g+ARk-+- 1 +- 1'), 'utf-7'), 'Zażółć gę+ 1 + 1');
  t.is(decodeText(Buffer.from('Zażółć', 'utf16le'), 'utf-16'), 'Zażółć');
  t.is(decodeText(Buffer.from('Zażółć', 'utf16le').swap16(), 'utf-16'), 'Zażółć');
  t.notThrows(() => decodeText(Buffer.from('+AAAA+////+A-'), 'unicode-1-1-utf-7'));
});

test('file names cut into plain pieces, with hostile indexes, twice or in encoded words are read as well as they can be', async (t) => {
  const name = async (disposition: string): Promise<string | undefined> =>
    (
      await messageIn(
        `From: a@b.test\n${multipart('mixed', 'Content-Type: text/plain\n\nx', `Content-Type: application/pdf\nContent-Disposition: attachment; ${disposition}\n\nx`)}`,
      )
    ).attachments[0]?.filename;
  t.is(await name('filename*0="=?utf-8?q?za=C5=BC=C3=B3=C5"; filename*1="=82=C4=87?=.pdf"'), 'zażółć.pdf');
  t.is(await name("filename*0*=utf-8''za%C5%BC; filename*1*=%C3%B3%C5%82%C4%87; filename*2=.pdf"), 'zażółć.pdf');
  t.is(await name("filename*=windows-1250''za%BF%F3%B3%E6.pdf; filename=plain.pdf"), 'zażółć.pdf');
  t.is(await name('filename*999999999=x; filename*0=a.pdf'), 'a.pdf');
  t.is(await name('filename=one.pdf; filename=two.pdf'), 'one.pdf');
  t.is(await name('filename='), '');
});

test('pictures that a mail names by their place are shown by an id of ours, those it names nowhere stay files', async (t) => {
  const picture = (location: string) => `Content-Type: image/png\nContent-Location: ${location}\n\nx`;
  const html = '<img src="http://klient.test/logo.png"><p style="background:url(cid:tlo@x)">x</p>';
  const { html: shown, attachments } = await messageIn(
    `From: a@b.test\n${multipart('related', `Content-Type: text/html\n\n${html}`, picture('http://klient.test/logo.png'), picture('other.png'), 'Content-Type: image/png\nContent-ID: <tlo@x>\n\nx')}`,
  );
  t.true(shown?.includes('<img src="cid:location-1@mail.invalid">'));
  t.deepEqual(
    attachments.map(({ contentId, inline }) => [contentId, inline]),
    [
      ['location-1@mail.invalid', true],
      [null, false],
      ['tlo@x', true],
    ],
  );
});
