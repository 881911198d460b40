import test from 'ava';
import { decodeText } from '../inbound/charset.ts';
import { unflow } from '../inbound/flowed.ts';
import { parseMime, splitBody } from '../inbound/mime.ts';
import { readHeaders } from '../inbound/mime-header.ts';
import { readParams } from '../inbound/params.ts';
import { decodeBase64, decodeQuotedPrintable, decodeTransfer } from '../inbound/transfer.ts';
import { decodeHeader } from '../inbound/words.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test('a charset label is believed until the bytes contradict it', (t) => {
  const polish = 'ąćęłńóśźż';
  const cases: [bytes: Buffer, label: string | null, text: string][] = [
    [Buffer.from(polish), 'iso-8859-2', polish],
    [Buffer.from(polish), 'us-ascii', polish],
    [Buffer.from(polish), null, polish],
    [bytes('\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf'), 'windows-1250', polish],
    [bytes('\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf'), 'CP1250', polish],
    [bytes('\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf'), 'iso-8859-2', polish],
    [bytes('\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf'), null, polish],
    [bytes('\xb1\xe6\xea\xb3\xf1\xf3\xb6\xbc\xbf'), 'ISO8859-2', polish],
    [bytes('\xb1\xe6\xea\xb3\xf1\xf3\xb6\xbc\xbf'), null, polish],
    [bytes('\xb1\xe6\xea\xb3\xf1\xf3\xb6\xbc\xbf'), 'no-such-charset', polish],
    [bytes('M\xfcller'), 'iso-8859-1', 'Müller'],
    [bytes('\xd0\xcf'), 'koi8-r', 'по'],
    [bytes('\x1b$B%F%9%H\x1b(B'), 'iso-2022-jp', 'テスト'],
    [bytes('\xfe\xff\x01\x41'), 'utf-16', 'Ł'],
    [bytes('\xff\xfe\x41\x01'), 'utf-16', 'Ł'],
    [bytes('\x41\x01'), 'utf-16le', 'Ł'],
    [bytes('+ADw-script+AD4-'), 'utf-7', '<script>'],
    [Buffer.from('\ufeffz BOM'), 'utf-8', 'z BOM'],
    [Buffer.concat([Buffer.from('zażółć gęślą '), bytes('\xff')]), 'utf-8', 'zażółć gęślą \ufffd'],
    [Buffer.alloc(0), 'utf-8', ''],
  ];
  for (const [input, label, text] of cases) t.is(decodeText(input, label), text, `${label}: ${text}`);
});

test('encoded words are decoded as real senders write them', (t) => {
  const cases: [written: string, read: string][] = [
    ['=?UTF-8?Q?za=C5=BC=C3=B3=C5=82=C4=87?=', 'zażółć'],
    ['=?utf-8?B?xYI=?= =?utf-8?B?w7M=?=', 'łó'],
    ['=?utf-8?B?xQ==?=\r\n =?utf-8?B?gg==?=', 'ł'],
    ['=?utf-8*pl?q?=C5=82?= i =?iso-8859-2?q?=B3?=', 'ł i ł'],
    ['a =?utf-8?q?b?= c', 'a b c'],
    ['=?utf-8?q?spacje w =C5=9Brodku?=', 'spacje w środku'],
    ['=?utf-8?q?broken', '=?utf-8?q?broken'],
    ['=?utf-8?Q?Kiedy wysy=C5=82ka??=', 'Kiedy wysyłka?'],
    ['=?utf-8?Q?Jest?_Czekam=E2=80=A6?= =?utf-8?Q?_Kto??=', 'Jest? Czekam… Kto?'],
    ['=?utf-8?q?broken =?utf-8?q?=C5=82??=', '=?utf-8?q?broken ł?'],
    ['=?utf-8?q?broken =?utf-8*pl?q?=C5=82?=', '=?utf-8?q?broken ł'],
    ['=?x-unknown?q?=B3=F3=9C?=', 'łóś'],
    ['=?utf-8?q?a=0D=0Ab?=', 'a  b'],
    ['plain', 'plain'],
    ['', ''],
  ];
  for (const [written, read] of cases) t.is(decodeHeader(bytes(written)), read, written);
  t.is(decodeHeader(Buffer.from('surowe żółte')), 'surowe żółte');
});

test('parameters are read in all their forms', (t) => {
  const cases: [field: string, name: string, value: string][] = [
    ['attachment; filename="a b.txt"', 'filename', 'a b.txt'],
    ['attachment; FILENAME=a.txt; size=3', 'filename', 'a.txt'],
    ['attachment; filename="a\\"b.txt"', 'filename', 'a"b.txt'],
    ["attachment; filename*=UTF-8''za%C5%BC.txt; filename=plain.txt", 'filename', 'zaż.txt'],
    ["attachment; filename*1*=%C5%82.txt; filename*0*=utf-8'pl'%C5%BC", 'filename', 'żł.txt'],
    ['attachment; filename*0="dl"; filename*1="ugi.txt"', 'filename', 'dlugi.txt'],
    ['attachment; filename="=?iso-8859-2?Q?=BF=F3=B3ty.txt?="', 'filename', 'żółty.txt'],
    ['multipart/mixed; boundary=b (comment)', 'boundary', 'b'],
    ['multipart/mixed; (a;b=c) boundary="(not a comment)"', 'boundary', '(not a comment)'],
    ['text/plain charset=utf-8', 'charset', 'utf-8'],
    ['text/plain; charset=utf-8; charset=koi8-r', 'charset', 'utf-8'],
    ['attachment; filename=bez cudzyslowu.txt', 'filename', 'bez cudzyslowu.txt'],
    ["attachment; filename*=UTF-8''Faktura%20(1)%20(2).pdf", 'filename', 'Faktura (1) (2).pdf'],
    ['attachment; filename=skan (2).pdf (made up); size=3', 'filename', 'skan (2).pdf'],
    ['attachment; filename=(1).pdf; size=3', 'filename', '(1).pdf'],
    ['attachment; filename="niezamkniety.txt', 'filename', 'niezamkniety.txt'],
  ];
  for (const [field, name, value] of cases) t.is(readParams(bytes(field)).params.get(name), value, field);
  t.is(readParams(bytes('Text/HTML; charset=x')).value, 'text/html');
  t.is(readParams(null).value, '');
});

test('transfer encodings are decoded and broken ones tolerated', (t) => {
  t.is(decodeQuotedPrintable(bytes('a=3Db=3d=\r\nc= \t\r\nd=zz=')).toString('latin1'), 'a=b=cd=zz');
  t.is(decodeBase64(bytes('YW\r\nJj\r\n')).toString(), 'abc');
  t.is(decodeBase64(bytes('YQ==\r\nYg==\r\n')).toString(), 'ab');
  t.is(decodeBase64(bytes('YWI=\r\n-- \r\nlist footer, added later\r\n')).toString(), 'ab');
  t.is(decodeTransfer(bytes('begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\nrest'), 'x-uuencode').toString(), 'abc');
  t.is(decodeTransfer(bytes('as it is'), 'x-gzip64').toString(), 'as it is');
});

test('base64 of many megabytes is decoded as that of a few letters, wherever its lines and strangers are', (t) => {
  const content = Buffer.alloc(3_000_001, 'zażółć gęślą jaźń');
  for (const width of [76, 77, 5000]) {
    const lines = content.toString('base64').replace(new RegExp(`.{${width}}`, 'g'), '$& !\r\n');
    t.true(decodeBase64(bytes(lines)).equals(content), `lines of ${width}`);
    t.true(
      decodeBase64(bytes(`YQ==\n${lines.replaceAll('!', '')}`)).equals(Buffer.concat([Buffer.from('a'), content])),
      `two pieces, ${width}`,
    );
  }
});

test('header fields are found in real blocks and nothing else is', (t) => {
  const read = (text: string) => {
    const { headers, bodyStart } = readHeaders(bytes(text));
    return [headers.first('subject')?.toString().trim() ?? null, text.slice(bodyStart)];
  };
  t.deepEqual(read('Subject: a\r\n b\r\n\r\nbody'), ['a\r\n b', 'body']);
  t.deepEqual(read('Subject : a\n\nbody'), ['a', 'body']);
  t.deepEqual(read('From x@y Mon Jan 1\r\n>From old\r\nsubject:a\r\n\r\nbody'), ['a', 'body']);
  t.deepEqual(read('Subject: a\r\nnonsense\r\nTo: b@x.test\r\n\r\nbody'), ['a', 'body']);
  t.deepEqual(read('Subject: a\r\nbody begins here\r\nand goes on'), ['a', 'body begins here\r\nand goes on']);
  t.deepEqual(read('no header at all'), [null, 'no header at all']);
  t.deepEqual(read('Subject: a'), ['a', '']);
  t.deepEqual(read('Subject: a\r\n \r\n b\r\n\r\nx'), ['a\r\n \r\n b', 'x']);
});

test('a body is split at its delimiter lines alone', (t) => {
  const split = (body: string, boundary: string) => splitBody(bytes(body), boundary).map(String);
  t.deepEqual(split('pre\r\n--b\r\none\r\n--b \t\r\ntwo\r\n--b--\r\nepilogue\r\n--b\r\nno', 'b'), ['one', 'two']);
  t.deepEqual(split('--b\r\none\r\n--b--\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--\r\n--b--', 'b'), [
    'one',
    'Content-Type: a/b\r\n\r\ntwo',
  ]);
  t.deepEqual(split('--b\none\n--bb\nx --b\n--b--', 'b'), ['one\n--bb\nx --b']);
  t.deepEqual(split('--b\r\nnever closed', 'b'), ['never closed']);
  t.deepEqual(split('--b\r\n--b\r\n\r\n--b--', 'b'), ['', '']);
  t.deepEqual(split('nothing here', 'b'), []);
  t.deepEqual(split('\r\n--guess me\r\none\r\n--guess me--\r\n', ''), ['one']);
});

test('a tree keeps to its limits and loses nothing on the way', (t) => {
  const many = parseMime(bytes(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(3000)}--b--`));
  t.true(many.children.length <= 1001);
  t.is(
    many.children.reduce((sum, part) => sum + part.content().toString().split('x').length - 1, 0),
    3000,
  );
  const empty = parseMime(bytes('Content-Type: multipart/mixed; boundary=b\r\n\r\njust text'));
  t.is(empty.contentType, 'text/plain');
  t.is(
    parseMime(bytes('Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n--b--')).children[0]?.contentType,
    'message/rfc822',
  );
  t.is(parseMime(bytes('Content-Type: text\r\n\r\nx')).contentType, 'text/plain');
  t.is(parseMime(bytes('Content-Type: "nonsense"\r\n\r\nx')).contentType, 'application/octet-stream');
});

test('flowed text is joined, quotes and signature stay apart', (t) => {
  t.is(unflow('a \nb\nc', false), 'a b\nc');
  t.is(unflow('a \nb', true), 'ab');
  t.is(unflow('> a \n> b\n>> c \nd', false), '> a b\n>> c \nd');
  t.is(unflow('text \n-- \nsign \nature', false), 'text \n-- \nsign ature');
  t.is(unflow(' From here', false), 'From here');
});
