import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { createExtract, type Extracted } from '../../core/file-texts/extractor.ts';
import { readNextFile, startFileReader } from '../../core/file-texts/reader.ts';
import { silentLog } from '../../core/lib/log.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { houseFor } from '../support/house.ts';
import { planOf } from '../support/queries.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const never = new AbortController().signal;

/** A house in which mails come with files of the fixtures, and those are read when told. */
async function office(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const blobs = openBlobs(join(tempDir(t), 'blobs'));
  const deps = { scope: house.scope, blobs, extract: createExtract(), log: silentLog };
  const put = async (filename: string, content: Buffer) => {
    const blob = await blobs.put(content);
    return { ...blob, filename, contentType: 'application/octet-stream', contentId: null, inline: false };
  };
  const mailWith = async (filename: string, text = 'W załączniku.') => {
    const file = await put(filename, readFileSync(join(FIXTURES, filename)));
    return (await house.mail({ text, attachments: [file] })).conversationId;
  };
  const found = async (q: string) => {
    const page = await listConversations(house.agentScope, { q });
    return page.items.map(({ id }) => [id, page.files?.get(id)?.filename ?? null, page.files?.get(id)?.page ?? null]);
  };
  const readAll = async (more: Partial<typeof deps> = {}) => {
    let count = 0;
    while (await readNextFile({ ...deps, ...more }, never)) count += 1;
    return count;
  };
  const states = () => house.scope.db('file_texts').orderBy('id').pluck('state');
  return { ...house, deps, put, mailWith, found, readAll, states };
}

test('a conversation is found by words of an attached file, which the list names with its page, in any order with words of the message', async (t) => {
  const { mailWith, found, readAll } = await office(t);
  const id = await mailWith('protokol.pdf', 'Protokół w załączniku.');
  await mailWith('umowa.docx');
  t.deepEqual(await found('łożyska'), []);
  t.is(await readAll(), 2);
  t.deepEqual(await found('łożyska'), [[id, 'protokol.pdf', 2]]);
  t.deepEqual(await found('seryj'), [[id, 'protokol.pdf', 1]]);
  t.deepEqual(await found('załączniku łożyska'), [[id, 'protokol.pdf', 2]]);
  t.deepEqual(await found('"numer seryjny" has:attachment'), [[id, 'protokol.pdf', 1]]);
  t.deepEqual(await found('"seryjny numer"'), []);
  t.deepEqual(
    (await found('załączniku')).map(([, file]) => file),
    [null, null],
    'no file holds that',
  );
});

test('a content that comes again is read once, and is found where it came before and after', async (t) => {
  const { mailWith, found, readAll } = await office(t);
  const first = await mailWith('umowa.docx');
  const second = await mailWith('umowa.docx');
  t.is(await readAll(), 1);
  t.deepEqual(
    (await found('serwisowa')).map(([id]) => id),
    [second, first],
  );
  const third = await mailWith('umowa.docx');
  t.is(await readAll(), 0);
  t.is((await found('serwisowa'))[0]?.[0], third);
});

test('files of spam are not found until it comes back', async (t) => {
  const { mailWith, found, readAll, agentScope } = await office(t);
  const id = await mailWith('umowa.docx');
  await markSpam(agentScope, id, true);
  t.is(await readAll(), 1);
  t.deepEqual(await found('serwisowa'), []);
  await markSpam(agentScope, id, false);
  t.deepEqual(await found('serwisowa'), [[id, 'umowa.docx', null]]);
});

test('a message in a message is found by what was read of it', async (t) => {
  const { mail, found, readAll, deps } = await office(t);
  const blob = await deps.blobs.put(Buffer.from('the bytes do not matter'));
  const from = { address: 'old@x.test', name: 'Bogumiła' };
  const reading = { kind: 'message', from, to: [], cc: [], subject: 'Rękojmia', sentAt: null, text: 'sprzed roku', html: null } as const;
  const file = { ...blob, filename: 'mail.eml', contentType: 'message/rfc822', contentId: null, inline: false, reading };
  const { conversationId } = await mail({ attachments: [file] });
  await readAll();
  t.deepEqual(await found('bogumila rękojmia roku'), [[conversationId, 'mail.eml', null]]);
});

test('a file that cannot be read is left quietly, one that ends the process is begun three times, and a stop is no attempt', async (t) => {
  const { mailWith, readAll, states, scope, deps } = await office(t);
  await mailWith('umowa.docx');
  const answers: Extracted[] = [{ problem: 'interrupted' }, { problem: 'too_slow' }];
  const extract = async () => answers.shift() ?? { problem: 'unreadable' as const };
  await readNextFile({ ...deps, extract }, never);
  t.deepEqual(await scope.db('file_texts').select('state', 'attempts'), [{ state: 'waiting', attempts: 0 }]);
  await readNextFile({ ...deps, extract }, never);
  t.deepEqual(await states(), ['failed']);
  await scope.db('file_texts').update({ state: 'waiting', attempts: 3 });
  const mustNotRun = async (): Promise<Extracted> => t.fail() as never;
  t.is(await readAll({ extract: mustNotRun }), 1);
  t.deepEqual(await states(), ['failed']);
});

test('a message is indexed once for all its files, when the last of them is read or cannot be', async (t) => {
  const { mail, put, found, readAll, scope } = await office(t);
  const names = ['pierwszy', 'drugi', 'trzeci'];
  const files = await Promise.all(names.map((name) => put(`${name}.txt`, Buffer.from(`słowo ${name}`))));
  const { conversationId } = await mail({ attachments: [await put('zepsuty.docx', Buffer.from('PK')), ...files] });
  let indexed = 0;
  scope.db.on('query', ({ sql }: { sql: string }) => {
    if (/^delete from .?message_search/.test(sql)) indexed += 1;
  });
  t.is(await readAll(), 4);
  t.is(indexed, 1);
  for (const name of names) t.deepEqual(await found(`słowo ${name}`), [[conversationId, `${name}.txt`, null]]);
});

test('words of many files are read a few at a time, for the index and for a phrase', async (t) => {
  const { mail, put, found, readAll, scope } = await office(t);
  const files = await Promise.all(
    Array.from({ length: 25 }, (_, n) => put(`${n}.txt`, Buffer.from(`numer${n} ${'wciąż to samo '.repeat(20_000)} koniec ${n}`))),
  );
  const { conversationId } = await mail({ attachments: files });
  let most = 0;
  scope.db.on('query-response', (rows: unknown) => {
    if (Array.isArray(rows)) most = Math.max(most, JSON.stringify(rows).length);
  });
  t.is(await readAll(), 25);
  t.true(most < 3_500_000, `${most} characters at once`);
  t.is((await found('numer24'))[0]?.[0], conversationId, 'each is found by its beginning');
  most = 0;
  t.is((await found('"numer24 wciąż"'))[0]?.[0], conversationId);
  t.true(most > 1_000_000 && most < 4_500_000, `${most} characters at once`);
});

test('the reader begins by itself with what waits, and reads what comes when it is woken', async (t) => {
  const { mailWith, deps, states } = await office(t);
  await mailWith('umowa.docx');
  const reader = startFileReader(deps);
  t.teardown(() => reader.stop());
  await until('the first is read', async () => (await states()).join() === 'read');
  await mailWith('oferta.odt');
  reader.wake();
  await until('the second is read', async () => (await states()).join() === 'read,read');
  await reader.stop();
  await reader.stop();
  t.pass();
});

test('nothing that is asked about words of files reads a whole table', async (t) => {
  const { mailWith, found, readAll, scope } = await office(t);
  await mailWith('umowa.docx');
  const asked: { sql: string; bindings: readonly unknown[] }[] = [];
  scope.db.on('query', (query: { sql: string; bindings: readonly unknown[] }) => asked.push(query));
  await readAll();
  await found('"umowa serwisowa" has:attachment');
  scope.db.removeAllListeners('query');
  const questions = asked.filter(({ sql }) => /^(select|with|update)/i.test(sql));
  t.true(questions.length >= 10);
  for (const { sql, bindings } of questions) {
    const plan = await planOf(scope.db, sql, bindings);
    t.notRegex(plan, /^SCAN (messages|attachments|conversations|file_texts|[matc])\b(?! USING)|Seq Scan/m, `${sql}\n${plan}`);
  }
});
