import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { transact } from '../../core/db/scope.ts';
import { importHandler, tidyImports } from '../../core/imports/run.ts';
import { importsNewest, type MailImportId, NOTHING, saveStep } from '../../core/imports/store.ts';
import { BEGINNING } from '../../core/imports/types.ts';
import { keepImport } from '../../core/imports/uploads.ts';
import { ADMIN } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const letter = (n: number): string =>
  `From jan@klient.test Thu Nov 26 10:00:00 2026\nFrom: jan@klient.test\nTo: ${BIURO}\nSubject: Sprawa ${n}\nMessage-ID: <${n}@klient.test>\n\nTreść ${n}\n\n`;
const mbox = (count: number, first = 1): string => Array.from({ length: count }, (_, n) => letter(first + n)).join('');

async function desk(t: ExecutionContext) {
  const office = await officeFor(t);
  const admin = await loggedInClient(office.base, ADMIN);
  await admin.get('/imports');
  const send = (fields: Readonly<Record<string, string>>, ...files: readonly (readonly [string, string])[]) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ _csrf: admin.csrf(), inboxId: '1', isSent: 'off', isTrial: 'off', ...fields }))
      form.append(name, value);
    for (const [name, text] of files) form.append('files', new File([text], name));
    return admin.send('POST', '/imports', form);
  };
  const over = (count: number) =>
    until('it is over', async () => {
      const all = await importsNewest(office.scope, 10);
      return all.length === count && all.every(({ endedAt }) => endedAt !== null) ? all[0] : null;
    });
  const folder = join(office.dataDir, 'imports');
  const left = (): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
  return { ...office, admin, send, over, folder, left };
}

test('an archive is looked at first and then taken over without being sent again, once, in slices', async (t) => {
  const { send, over, admin, scope, left } = await desk(t);
  const files = [['Archiwum.mbox', mbox(603)] as const, ['Wysłane.mbox', mbox(2, 5_000)] as const];
  t.is((await send({ isTrial: 'on' }, ...files)).location, '/imports');
  t.like((await over(1)).counts, { read: 605, added: 605, known: 0 });
  t.is((await scope.db('raw_inbound')).length, 0, 'nothing is stored');
  t.is(left().length, 2);
  const page = await admin.get('/imports');
  for (const part of [/Archiwum\.mbox, Wysłane\.mbox/, /sprawdzone/, /przeczytano 605 wiadomości, przybędzie 605/, /\/imports\/1\/real/])
    t.regex(page.text, part);
  t.is((await admin.post('/imports/1/real')).location, '/imports');
  t.like((await over(2)).counts, { read: 605, added: 605, missing: 0 });
  await until('its files are gone', () => left().length === 0);
  const told = await scope.db('events').where({ type: 'mail.imported' });
  t.deepEqual(
    told.map(({ data }) => JSON.parse(data).count),
    [605],
    'one entry of the audit, however many slices',
  );
  await until('all are here', async () => (await scope.db('messages')).length === 605);
  t.is((await scope.db('messages').where({ direction: 'outbound' })).length, 2, 'those of the file of sent mail');
  t.is((await scope.db('notifications')).length, 0);
  t.like(JSON.parse((await scope.db('raw_inbound').where('envelope', 'like', '%Wysłane%').first()).envelope), { role: 'sent' });
  t.false(/\/imports\/\d+\/real/.test((await admin.get('/imports')).text));
  await send({}, ['Archiwum.mbox', mbox(3)], ['jeden.eml', 'From: a@b.test\r\nSubject: Osobno\r\n\r\nx\r\n']);
  t.like((await over(3)).counts, { read: 4, added: 1, known: 3 });
  t.regex((await admin.get('/imports/state')).text, /przybyła 1, 3 już tu są/);
});

test('what stands twice in an archive is counted once, also in another slice or file, on trial as when it is taken over', async (t) => {
  const { send, over, admin, scope } = await desk(t);
  await send({}, ['dawne.mbox', mbox(1, 3)]);
  await over(1);
  await send({ isTrial: 'on' }, ['a.mbox', mbox(503) + mbox(2)], ['b.mbox', mbox(4)], ['c.mbox', mbox(2, 600)]);
  const wanted = { read: 511, added: 504, known: 1, repeated: 6, missing: 0 };
  t.like((await over(2)).counts, wanted);
  await admin.post('/imports/2/real');
  t.like((await over(3)).counts, wanted);
  t.is((await scope.db('raw_inbound')).length, 1 + wanted.added, 'what the trial said');
  t.is((await scope.db('mail_import_hashes')).length, 0);
});

test('a slice that was cut short and is done again takes its own messages for no others', async (t) => {
  const { send, over, scope, dataDir } = await desk(t);
  await send({ isTrial: 'on' }, ['a.mbox', mbox(502) + mbox(1)]);
  const trial = await over(1);
  await transact(scope, (tx) => saveStep(tx, trial.id, { ...trial, counts: NOTHING, fileAt: 0, place: BEGINNING, endedAt: null }));
  const handler = importHandler({ blobs: openBlobs(join(dataDir, 'blobs')), dataDir, maxMessageBytes: 1_000_000 });
  const run = async (now: () => Date) =>
    handler({ ...scope, now }, { id: 1, kind: '', data: { importId: trial.id }, attempts: 1 }, new AbortController().signal);
  await t.throwsAsync(
    run(() => {
      throw new Error('killed');
    }),
    { message: 'killed' },
  );
  await run(scope.now);
  t.like((await over(1)).counts, { read: 503, added: 502, repeated: 1 });
});

test('what a slice stored before it was cut short counts as imported when it is done again', async (t) => {
  const { send, over, scope, dataDir } = await desk(t);
  await send({}, ['dawne.mbox', mbox(1, 3)]);
  await over(1);
  await send({ isTrial: 'on' }, ['a.mbox', mbox(502) + mbox(1)]);
  const { id, ...trial } = await over(2);
  await scope.db('mail_imports').where({ id }).update({ is_trial: false });
  await transact(scope, (tx) => saveStep(tx, id, { ...trial, counts: NOTHING, fileAt: 0, place: BEGINNING, endedAt: null }));
  const blobs = openBlobs(join(dataDir, 'blobs'));
  let batches = 0;
  const putAll: typeof blobs.putAll = (all) => {
    batches += 1;
    return batches === 3 ? Promise.reject(new Error('killed')) : blobs.putAll(all);
  };
  const handler = importHandler({ blobs: { ...blobs, putAll }, dataDir, maxMessageBytes: 1_000_000 });
  const run = () => handler(scope, { id: 1, kind: '', data: { importId: id }, attempts: 1 }, new AbortController().signal);
  await t.throwsAsync(run(), { message: 'killed' });
  t.is((await scope.db('raw_inbound')).length, 200, 'the first two batches, of which one was here');
  await run();
  t.like((await over(2)).counts, { read: 503, added: 501, known: 1, repeated: 1, missing: 0 });
  t.is((await scope.db('raw_inbound')).length, 502);
  t.deepEqual(
    (await scope.db('events').where({ type: 'mail.imported' })).map(({ data }) => JSON.parse(data).count),
    [1, 501],
    'the audit says the same',
  );
  t.is((await scope.db('mail_import_hashes')).length, 0);
});

test('what is no mail, no file, or gone meanwhile is said, and nothing is left of it', async (t) => {
  const { send, over, admin, scope, left, folder, dataDir } = await desk(t);
  t.regex((await send({})).text, /Wybierz plik mbox albo \.eml/);
  t.is((await send({ inboxId: '99' }, ['a.eml', 'Subject: x\n\n'])).status, 422);
  await send({}, ['pusty.mbox', '']);
  t.is((await over(1)).problem, 'no_mail');
  t.regex((await admin.get('/imports')).text, /plik PST najpierw zamień/);

  // Its process was killed after the row was written, and the file is gone.
  await send({ isTrial: 'on' }, ['a.mbox', mbox(2)]);
  const trial = await over(2);
  await transact(scope, (tx) => saveStep(tx, trial.id, { ...trial, fileAt: 0, endedAt: null }));
  const [name] = left().filter((one) => one === trial.files[0]?.sha256);
  t.truthy(name);
  await scope.db('mail_imports').where({ id: trial.id }).update({ has_files: false });
  await tidyImports(scope, dataDir);
  t.true(left().includes(name ?? ''), 'what is young may be just about to be needed');
  utimesSync(join(folder, name ?? ''), 1, 1);
  await tidyImports(scope, dataDir);
  t.false(left().includes(name ?? ''));
  const handler = importHandler({ blobs: openBlobs(join(dataDir, 'blobs')), dataDir, maxMessageBytes: 1_000_000 });
  await handler(scope, { id: 1, kind: '', data: { importId: trial.id as MailImportId }, attempts: 1 }, new AbortController().signal);
  t.is((await importsNewest(scope, 1))[0]?.problem, 'files_gone');
});

test('an upload that breaks off leaves nothing', async (t) => {
  const { dataDir, left } = await desk(t);
  const broken = async function* () {
    yield Buffer.from('From ');
    throw new Error('gone');
  };
  await t.throwsAsync(keepImport(dataDir, broken()));
  t.deepEqual(left(), []);
});

test('of several files one that holds no mail is named in the reader’s language, and alone it is said to hold none', async (t) => {
  const { send, over, admin, scope } = await desk(t);
  await send({ isTrial: 'on' }, ['poczta.pst', '!BDN\u0000\u0001'], ['Archiwum.mbox', mbox(2)]);
  const trial = await over(1);
  t.like(trial.counts, { read: 2, added: 2, leftOut: 1 });
  t.is(trial.problem, null);
  t.regex((await admin.get('/imports')).text, /poczta\.pst: nie ma w nim poczty/);
  await send({}, ['poczta.pst', '!BDN\u0000\u0001']);
  t.is((await over(2)).problem, 'no_mail');
  t.is((await scope.db('raw_inbound')).length, 0);
});
