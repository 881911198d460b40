import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readArchive } from '../../core/imports/archive.ts';
import { arrivalByHead } from '../../core/imports/arrival.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Files with these contents below a folder that goes with the test; a number after the content is the second of its time. */
function folder(t: ExecutionContext<unknown>, files: Readonly<Record<string, string | readonly [string, number]>>): string {
  const dir = tempDir(t);
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    const [text, at] = typeof content === 'string' ? [content, null] : content;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (at !== null) utimesSync(path, at, at);
  }
  return dir;
}

const read = async (path: string, maxBytes = 10_000) => {
  const found = [];
  for await (const one of readArchive(path, maxBytes)) found.push({ ...one, body: one.body.toString('latin1') });
  return found;
};

test('an mbox file is cut at its separators only, its quoting taken away, and each message is what it was', async (t) => {
  const first = 'Subject: a\n\nFrom the beginning it was raining.\n\n>From me too\n>>From you\n\nEnd\n';
  const second = 'Subject: b\r\n\r\nżółw\r\n';
  const mbox = [
    'From jan@klient.test Thu Nov 26 10:00:00 2026\n',
    first,
    '\nFrom 1734@xxx Fri Nov 27 11:00:00 +0100 2026\n',
    Buffer.from(second).toString('latin1'),
    '\n',
  ].join('');
  const dir = folder(t, {});
  writeFileSync(join(dir, 'Wszystkie'), Buffer.from(mbox, 'latin1'));
  const found = await read(join(dir, 'Wszystkie'));
  t.deepEqual(
    found.map(({ body }) => body),
    [first.replace('>From me', 'From me').replace('>>From', '>From'), Buffer.from(second).toString('latin1')],
  );
  t.deepEqual(
    found.map(({ arrivedAt }) => arrivedAt?.toISOString()),
    ['2026-11-26T10:00:00.000Z', '2026-11-27T10:00:00.000Z'],
  );
  t.regex(found[1]?.name ?? '', /Wszystkie#2$/);
});

test('a file of Thunderbird, whose separators say nothing, is cut at each, and what was deleted from its folder is left out', async (t) => {
  const message = (id: number, status: string) =>
    `X-Mozilla-Status: ${status}\r\nX-Mozilla-Status2: 00000000\r\nSubject: ${id}\r\n\r\nFrom\r\n>From the sea\r\n\r\n`;
  const dir = folder(t, {
    Inbox: `From - Thu Nov 26 10:00:00 2026\r\n${message(1, '0001')}From \r\n${message(2, '0009')}From \r\n${message(3, '0000')}`,
    Inne: `From a@b.test Thu Nov 26 10:00:00 2026\nX-Mozilla-Status: 0008\nSubject: hers alone\n\nok\n`,
  });
  const found = await read(dir);
  t.deepEqual(
    found.map(({ name, leftOut, body }) => [name.replace(/.*\//, ''), leftOut === 'deleted', /Subject: (.*?)\r?\n/.exec(body)?.[1]]),
    [
      ['Inbox#1', false, '1'],
      ['Inbox#2', true, '2'],
      ['Inbox#3', false, '3'],
      ['Inne#1', false, 'hers alone'],
    ],
  );
  t.true(found[2]?.body.endsWith('\r\n\r\nFrom\r\nFrom the sea\r\n'));
  t.is(found[0]?.arrivedAt, null, 'it says when Thunderbird fetched it, not when it arrived');
});

test('a file that holds no mail is named; one that is called .eml, or begins with a field, is a message', async (t) => {
  const dir = folder(t, {
    poczta: `\uFEFF\nReceived: from a by b; Thu, 26 Nov 2026 10:00:00 +0100\nSubject: a\n\nb`,
    archiwum: '!BDN\u0000\u0001\u0002: a PST file',
    kontakty: 'imie,nazwisko\nJan,Nowak',
    wizytowka: 'BEGIN:VCARD\nN:Nowak',
    wstep: 'From the beginning\n\nit was raining.\n',
    'list.EML': 'what somebody wrote',
  });
  t.deepEqual(
    (await read(dir)).map(({ name, leftOut }) => [name.replace(/.*\//, ''), leftOut === 'no mail']),
    [
      ['archiwum', true],
      ['kontakty', true],
      ['list.EML', false],
      ['poczta', false],
      ['wizytowka', true],
      ['wstep', true],
    ],
  );
});

test('a message larger than may be is named and the rest of its file read', async (t) => {
  const dir = folder(t, {
    'Archiwum.mbox': `From a@b.test Thu Nov 26 10:00:00 2026\n\n${'x'.repeat(300)}\n\nFrom a@b.test Thu Nov 26 10:00:01 2026\nSubject: small\n\nok\n`,
    'big.eml': `Subject: c\n\n${'y'.repeat(300)}`,
  });
  const found = await read(dir, 200);
  t.deepEqual(
    found.map(({ leftOut, body }) => [leftOut === 'too large', body]),
    [
      [true, ''],
      [false, 'Subject: small\n\nok\n'],
      [true, ''],
    ],
  );
});

test('a Maildir is read with its folders, oldest first, sent mail known by the name of its folder, indexes left alone', async (t) => {
  const dir = folder(t, {
    'cur/2.host:2,S': ['b', 200],
    'new/1.host': ['a', 100],
    'tmp/3.host': 'never finished',
    'dovecot.index.log': 'no mail',
    '.Wys&AUI-ane/cur/4.host:2,S': ['c', 300],
    '.Wys&AUI-ane/new/.keep': '',
    '.Archiwum/cur/5.host:2,': ['d', 400],
    '.Archiwum/new/.keep': '',
    '.Archiwum/dovecot-uidlist': 'no mail',
  });
  const found = await read(dir);
  t.deepEqual(
    found.map(({ body, isSent, arrivedAt }) => [body, isSent, arrivedAt?.getTime()]),
    [
      ['a', false, 100_000],
      ['b', false, 200_000],
      ['d', false, 400_000],
      ['c', true, 300_000],
    ],
  );
});

test('a folder of .eml files is read to its depths; other files are no mail', async (t) => {
  const dir = folder(t, { 'x/10.eml': 'b', 'x/9.eml': 'a', 'Sent Items/1.eml': 'c', 'x/notes.txt': 'no', 'x/empty.eml': '' });
  t.deepEqual(
    (await read(dir)).map(({ body, isSent }) => [body, isSent]),
    [
      ['c', true],
      ['a', false],
      ['b', false],
    ],
  );
  t.is((await read(join(dir, 'x/9.eml'))).length, 1);
});

test('a folder of Thunderbird is read also where there is a dot in its name; what programs keep beside it is not', async (t) => {
  const mbox = (subject: string) => `From \r\nSubject: ${subject}\r\n\r\nok\r\n\r\n`;
  const dir = folder(t, {
    'firma.pl': mbox('a'),
    'firma.pl.msf': '// <!-- <mdb:mork:z v="1.4"/> -->',
    'Inbox.sbd/Faktury 2025.12': mbox('b'),
    'Inbox.sbd/wstep.txt': 'From the beginning it was raining.\n',
  });
  const found = await read(dir);
  t.deepEqual(
    found.map(({ name, body }) => [name.slice(dir.length + 1), body]),
    [
      ['firma.pl#1', 'Subject: a\r\n\r\nok\r\n'],
      ['Inbox.sbd/Faktury 2025.12#1', 'Subject: b\r\n\r\nok\r\n'],
    ],
  );
});

test('what Google Takeout labels as spam, trash or a draft is told and not taken, in the language of the account; a sender cannot label', async (t) => {
  const message = (head: string) => `From 17@xxx Thu Nov 26 10:00:00 +0000 2026\r\n${head}Subject: a\r\n\r\nok\r\n\r\n`;
  const labels = (text: string) => message(`X-GM-THRID: 1848\r\nX-Gmail-Labels: ${text}\r\n`);
  const dir = folder(t, {
    'Wszystkie.mbox': [
      labels('Inbox,Important,Opened'),
      labels('Spam,Unread'),
      labels('=?UTF-8?Q?Kosz,Wa=C5=BC?=\r\n =?UTF-8?Q?ne?='),
      labels('Wersje robocze'),
      labels('=?UTF-8?Q?Wys=C5=82ane,Otwarte?='),
      labels('Sent,"Spam, może",Opened'),
      message('X-Gmail-Labels: Spam\r\n'),
      message('Received: from x\r\nX-GM-THRID: 1\r\nX-Gmail-Labels: Spam\r\n'),
    ].join(''),
  });
  t.deepEqual(
    (await read(dir)).map(({ leftOut, isSent }) => leftOut ?? isSent),
    [false, 'spam', 'deleted', 'draft', true, true, false, false],
  );
});

test('folders of trash, spam and drafts below the one that is named are told and not taken; named themselves, they are taken', async (t) => {
  const mbox = `From \r\nSubject: a\r\n\r\nok\r\n\r\n`;
  const dir = folder(t, {
    'poczta/Junk': mbox,
    'poczta/Kosz.sbd/Stare': mbox,
    'poczta/Szkice.mbox': mbox,
    'poczta/Sent': mbox,
    'poczta/Niechciane oferty': mbox,
    'Maildir/cur/1.host:2,ST': 'a',
    'Maildir/cur/2.host:2,DS': 'b',
    'Maildir/cur/3.host:2,S': 'c',
    'Maildir/new/.keep': '',
    'Maildir/.Usuni&ARk-te/cur/4.host:2,S': 'd',
    'Maildir/.Usuni&ARk-te/new/.keep': '',
  });
  t.deepEqual(
    (await read(dir)).map(({ name, leftOut, isSent }) => [name.slice(dir.length + 1).replace(/.*(?:cur|poczta)\//, ''), leftOut ?? isSent]),
    [
      ['1.host:2,ST', 'deleted'],
      ['2.host:2,DS', 'draft'],
      ['3.host:2,S', false],
      ['4.host:2,S', 'deleted'],
      ['Junk#1', 'spam'],
      ['Kosz.sbd/Stare#1', 'deleted'],
      ['Niechciane oferty#1', false],
      ['Sent#1', true],
      ['Szkice.mbox#1', 'draft'],
    ],
  );
  for (const name of ['Junk', 'Kosz.sbd', 'Szkice.mbox'])
    t.deepEqual(
      (await read(join(dir, 'poczta', name))).map(({ leftOut }) => leftOut),
      [undefined],
    );
});

test('what is not there is said in words', async (t) => {
  await t.throwsAsync(read('/nowhere/at/all'), { message: /nothing at \/nowhere/ });
});

test('the time of a message comes from the last server that took it, else from its sender, and never from the future', (t) => {
  const now = new Date('2026-11-27T00:00:00Z');
  const at = (head: string) =>
    arrivalByHead(Buffer.from(`${head}\r\n\r\nDate: Thu, 1 Jan 1998 00:00:00 +0000`), now)?.toISOString() ?? null;
  const received = 'Received: from a by b\r\n with SMTP; Thu, 26 Nov 2026 10:00:00 +0100 (CET)';
  t.is(
    at(`${received}\r\nReceived: x; Thu, 26 Nov 2026 08:00:00 +0000\r\nDate: Wed, 25 Nov 2026 00:00:00 +0000`),
    '2026-11-26T09:00:00.000Z',
  );
  t.is(at('Date: Wed, 25 Nov 2026 00:00:00 +0000'), '2026-11-25T00:00:00.000Z');
  t.is(at('Date: Wed, 25 Nov 2099 00:00:00 +0000'), null);
  t.is(at('Subject: x'), null);
});
