import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { recordBlobs } from '../../core/blobs/store.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounters } from '../../core/conversations/counters.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { transact } from '../../core/db/scope.ts';
import { askErasure, ERASE_JOB, eraseHandler } from '../../core/erasures/erase.ts';
import { findPerson } from '../../core/erasures/find.ts';
import { claimJobs, finishJob } from '../../core/jobs/store.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { readTotals } from '../../core/ledger/days.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { saveRules } from '../../core/retention/rules.ts';
import { purgeTrash } from '../../core/trash/purge.ts';
import { trashConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';
import { allCounts, bringUpToDate } from '../support/statistics.ts';
import { tempDir } from '../support/temp-dir.ts';

const EWA = { address: 'ewa@klientka.test', name: 'Ewa Kowal' };
const JAN = { address: 'jan@klient.test', name: 'Jan' };

/** A house whose kept things have real files, and what works off the jobs of erasing. */
async function archive(t: ExecutionContext) {
  const house = await houseFor(t);
  const blobs = openBlobs(tempDir(t));
  const mail = async (bytes: string, more: object, options: object = {}) => {
    const blob = await blobs.put(Buffer.from(bytes));
    await transact(house.scope, (tx) => recordBlobs(tx, [blob]));
    return house.mail(more, { bytes, ...options });
  };
  const handle = eraseHandler({ blobs, log: silentLog });
  const work = async (): Promise<number> => {
    let done = 0;
    for (let jobs = await claimJobs(house.scope, 9, 60_000); jobs.length > 0; jobs = await claimJobs(house.scope, 9, 60_000))
      for (const job of jobs) {
        if (job.kind === ERASE_JOB) done += 1;
        if (job.kind === ERASE_JOB) await handle(house.scope, job, AbortSignal.timeout(20_000));
        await transact(house.scope, (tx) => finishJob(tx, job.id));
      }
    return done;
  };
  return { ...house, blobs, mail, work };
}

/** Every text of the database in which somebody is named. */
async function traces({ db }: { db: import('knex').Knex }, ...words: readonly string[]): Promise<readonly string[]> {
  const isLite = db.client.config.client !== 'pg' && db.client.dialect !== 'postgresql';
  const listed = isLite
    ? await db.raw("select name from sqlite_master where type = 'table' and sql not like '%virtual%' and name not like 'sqlite_%'")
    : (await db.raw('select tablename as name from pg_tables where schemaname = current_schema()')).rows;
  const found: string[] = [];
  for (const { name } of listed as { name: string }[])
    for (const row of await db(name)) if (words.some((word) => JSON.stringify(row).includes(word))) found.push(name);
  return found.sort();
}

test('whoever asks for it is gone for good: conversations, files, words, contact, also what the ledger knew of the sender; figures, balance and others stay', async (t) => {
  const { mail, work, scope, agentScope, agentId, endpoints, events, inboxId, blobs } = await archive(t);
  const other = await mail('inny', { from: JAN, cc: [EWA], subject: 'Wspólna sprawa' });
  const own = await mail('pierwszy', { from: EWA, subject: 'Moja choroba', text: 'Tajemnica' });
  const second = await mail('drugi', { from: EWA, subject: 'Druga' });
  await closeConversation(agentScope, second.conversationId);
  const words = { conversationId: own.conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [] };
  await replyToConversation(agentScope, endpoints, words);
  await scope.db('deliveries').update({ status: 'sent' });
  await scope
    .db('raw_inbound')
    .update({ envelope: JSON.stringify({ mailFrom: EWA.address }) })
    .whereIn('id', [own.record.id, second.record.id]);
  const long = await mail('dawno', { from: EWA });
  await trashConversation(agentScope, long.conversationId);
  await purgeTrash({ ...scope, now: () => new Date('2027-03-01T00:00:00Z') }, { blobs, log: silentLog }, AbortSignal.timeout(20_000));
  await scope
    .db('raw_inbound')
    .update({ envelope: JSON.stringify({ rcpt: ['Ewa@Klientka.test'] }) })
    .where({ id: long.record.id });
  await scope.db('allowed_pictures').insert({ sender: EWA.address, created_at: scope.now().toISOString() });
  await recountCounters(scope);
  await bringUpToDate(scope);
  const [figures, balance] = [await allCounts(scope), await readTotals(scope, inboxId)];

  t.like(await findPerson(scope, ' EWA@klientka.test'), {
    ...{ address: EWA.address, name: 'Ewa Kowal', addresses: [EWA.address], conversations: 2, messages: 3, kept: 0 },
    elsewhere: { count: 1, first: [{ id: other.conversationId, subject: 'Wspólna sprawa' }] },
  });
  const wrong = await t.throwsAsync(askErasure(agentScope, EWA.address, JAN.address), { code: 'invalid' });
  t.like(wrong, { fields: { again: 'erasures.problem.again' } });
  t.is(await work(), 0);
  t.true(await askErasure(agentScope, EWA.address, 'Ewa@klientka.test'));
  t.is(await work(), 1);

  t.deepEqual(await scope.db('conversations').pluck('id'), [other.conversationId]);
  t.deepEqual(await traces(scope, 'Kowal', 'choroba', 'Tajemnica'), ['messages'], 'as one of the recipients of another one, her name');
  t.is((await scope.db('raw_inbound').where({ id: long.record.id }).first()).envelope, '{}', 'also of what was deleted before');
  t.deepEqual(await traces(scope, EWA.address), ['messages', 'participants'], 'and there her address');
  t.deepEqual(
    (await scope.db('blobs').whereNotNull('discarded_at').orderBy('sha256').pluck('sha256')).sort(),
    [sha256('pierwszy'), sha256('drugi'), sha256('dawno')].sort(),
  );
  t.deepEqual((await listConversations(agentScope, { q: 'tajemnica' })).items, []);
  t.deepEqual([await allCounts(scope), await readTotals(scope, inboxId)], [figures, balance]);
  t.deepEqual(await recountCounters(scope), []);
  t.is((await readCounters(scope)).trash, 0);
  t.is((await events()).at(-1), 'contact.erased');
  t.like(await findPerson(scope, EWA.address), { contactId: null, name: '', conversations: 0 });
  t.false(await askErasure(agentScope, EWA.address, EWA.address), 'nothing is left to do');
});

test('what a label keeps stays, and the contact with it; what is still being sent goes once it has arrived', async (t) => {
  const { mail, work, scope, agentScope, agentId, endpoints, pass } = await archive(t);
  const { id: exceptLabelId } = await addLabel(scope, 'Umowy');
  await saveRules(agentScope, { months: new Map(), exceptLabelId });
  const contract = await mail('umowa', { from: EWA, subject: 'Umowa' });
  await labelConversation(agentScope, contract.conversationId, exceptLabelId, true);
  const sending = await mail('pytanie', { from: EWA, subject: 'Pytanie' });
  const gone = await mail('inne', { from: EWA, subject: 'Inne' });
  const words = { conversationId: sending.conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [] };
  await replyToConversation(agentScope, endpoints, words);
  await scope.db('deliveries').update({ status: 'deferred', attempts: 1 });
  t.like(await findPerson(scope, EWA.address), { conversations: 2, kept: 1 });
  await askErasure(agentScope, EWA.address, EWA.address);
  t.is(await work(), 1);
  t.deepEqual(await scope.db('conversations').orderBy('id').pluck('id'), [contract.conversationId, sending.conversationId]);
  pass(9);
  t.is(await work(), 0);
  await scope.db('deliveries').update({ status: 'sent' });
  pass(2);
  t.is(await work(), 1);
  t.deepEqual(await scope.db('conversations').pluck('id'), [contract.conversationId]);
  t.is((await findPerson(scope, EWA.address)).name, 'Ewa Kowal');
  t.true(gone.conversationId > 0);
});

test('a live talk in which somebody gave the address as his is named and stays: nobody checked that he was who he said', async (t) => {
  const { mail, work, scope, agentScope, inboxId } = await archive(t);
  await mail('list', { from: EWA });
  const { conversationId } = await mail('czat', { from: { address: 'gosc-77', name: 'Gość 77' }, subject: 'Czat' });
  const at = scope.now().toISOString();
  const visitor = { inbox_id: inboxId, address: 'gosc-77', token_hash: 'x', name: '', email: EWA.address, created_at: at, seen_at: at };
  await scope.db('visitors').insert(visitor);
  t.like(await findPerson(scope, EWA.address), { conversations: 1, elsewhere: { count: 1, first: [{ id: conversationId }] } });
  await askErasure(agentScope, EWA.address, EWA.address);
  await work();
  t.deepEqual(await scope.db('conversations').pluck('id'), [conversationId]);
  t.is((await scope.db('visitors')).length, 1);
});
