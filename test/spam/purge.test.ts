import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { recordBlobs } from '../../core/blobs/store.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { transact } from '../../core/db/scope.ts';
import { readComposer } from '../../core/drafts/form.ts';
import { saveWithFiles } from '../../core/drafts/save.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { purgeLog } from '../../core/purges/run.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { purgeSpam } from '../../core/spam/purge.ts';
import { changeSpamDays, previewPurge } from '../../core/spam/retention.ts';
import { acknowledging } from '../support/acknowledging.ts';
import { houseFor } from '../support/house.ts';
import { tempDir } from '../support/temp-dir.ts';

const SPAM = { authentication: null, spam: { state: 'scored' as const, score: 20, symbols: [] } };
const DAY_MINUTES = 1_440;

/** A house whose kept things have real files. */
async function cellar(t: ExecutionContext) {
  const house = await houseFor(t);
  const dir = tempDir(t);
  const blobs = openBlobs(dir);
  const attached = async (text: string) => {
    const blob = await blobs.put(Buffer.from(text));
    await transact(house.scope, (tx) => recordBlobs(tx, [blob]));
    return { filename: 'a.txt', contentType: 'text/plain', contentId: null, inline: false, ...blob, parent: null, inside: null };
  };
  const mail = async (bytes: string, more: object = {}, verdict?: typeof SPAM) => {
    await blobs.put(Buffer.from(bytes));
    return house.mail(more, { bytes, ...(verdict ? { verdict } : {}) });
  };
  const purge = () => purgeSpam(house.scope, { blobs, log: silentLog }, AbortSignal.timeout(20_000));
  return { ...house, dir, blobs, attached, mail, purge };
}

test('spam goes ninety days after its receipt with messages, attachments, words and files, and what was kept stays as a row', async (t) => {
  const { mail, attached, purge, scope, blobs, pass, events } = await cellar(t);
  const shared = await attached('a logo that others use too');
  const own = await attached('only in the spam');
  await mail('raw of a customer', { attachments: [shared] });
  const { record } = await mail('raw of spam', { attachments: [shared, own] }, SPAM);
  const before = await scope.db('raw_inbound').groupBy('status').orderBy('status').select('status').count({ n: '*' });
  pass(89 * DAY_MINUTES);
  t.is(await purge(), 0);
  pass(2 * DAY_MINUTES);
  t.is(await purge(), 1);
  t.is((await listConversations(scope, { status: 'spam' })).items.length, 0);
  t.is((await scope.db('messages')).length, 1);
  t.deepEqual(await scope.db('attachments').pluck('blob_sha256'), [shared.sha256]);
  const row = await scope.db('raw_inbound').where({ id: record.id }).first();
  t.is(row.status, 'spam');
  t.truthy(row.purged_at);
  t.deepEqual(await scope.db('raw_inbound').groupBy('status').orderBy('status').select('status').count({ n: '*' }), before);
  t.deepEqual(await recountCounters(scope), []);
  const discarded: string[] = await scope.db('blobs').whereNotNull('discarded_at').pluck('sha256');
  t.deepEqual(discarded.sort(), [own.sha256, sha256('raw of spam')].sort());
  t.deepEqual(await scope.db('file_texts').pluck('sha256'), [shared.sha256], 'words of files go with them');
  t.true(await blobs.has(shared.sha256));
  t.is((await events()).at(-1), 'spam.purged');
  const [entry] = await purgeLog(scope, 'spam');
  t.like(entry, { actor: 'test', days: 90, conversations: 1, messages: 1, files: 2, bytes: 'only in the spam'.length + 1 });
});

test('a file of purged spam stays while a draft or a template has it too', async (t) => {
  const { mail, attached, purge, scope, agentId, pass } = await cellar(t);
  const [inDraft, inTemplate] = [await attached('also in a draft'), await attached('also in a template')];
  await mail('raw of spam', { attachments: [inDraft, inTemplate] }, SPAM);
  const { draft } = readComposer({ kind: 'new', text: 'x' });
  await saveWithFiles(scope, agentId, null, draft, [inDraft]);
  const input = { name: 'Cennik', folder: '', channel: null, subject: '', text: 'W załączeniu.', html: null };
  await createCanned(scope, null, input, { added: [inTemplate], removed: [] });
  pass(91 * DAY_MINUTES);
  t.is(await purge(), 1);
  t.deepEqual(await scope.db('blobs').whereNotNull('discarded_at').pluck('sha256'), [sha256('raw of spam')]);
});

test('the ledger tells of the purge and misses no file afterwards', async (t) => {
  const { mail, purge, scope, blobs, pass } = await cellar(t);
  await mail('raw of spam', {}, SPAM);
  pass(91 * DAY_MINUTES);
  await purge();
  const [entry] = await scope.db('ledger_entries').where({ kind: 'purged' });
  t.like(entry, { sha256: sha256('raw of spam') });
  const findings = await Array.fromAsync(verifyLedger(scope, blobs, { since: null }));
  t.deepEqual(
    findings.filter(({ kind }) => kind.startsWith('blob_') || kind === 'head_wrong'),
    [],
  );
});

test('what somebody answered or brought back is never purged, and an old complaint marked today has had its time already', async (t) => {
  const { mail, purge, scope, endpoints, agentScope, agentId, pass } = await cellar(t);
  const answered = await mail('answered');
  await replyToConversation(scope, endpoints, {
    conversationId: answered.conversationId,
    authorId: agentId,
    text: 'Tak',
    html: null,
    attachments: [],
  });
  await markSpam(agentScope, answered.conversationId, true);
  const saved = await mail('saved', {}, SPAM);
  await markSpam(agentScope, saved.conversationId, false);
  const old = await mail('old');
  pass(100 * DAY_MINUTES);
  await markSpam(agentScope, old.conversationId, true);
  t.is(await purge(), 1);
  t.deepEqual((await scope.db('conversations').orderBy('id').pluck('id')).map(Number), [answered.conversationId, saved.conversationId]);
});

test('old mail that is fetched today and scored as spam lies in the folder for its whole time first', async (t) => {
  const { mail, purge, pass, scope } = await cellar(t);
  const arrivedAt = new Date(scope.now().getTime() - 700 * DAY_MINUTES * 60_000);
  await mail('history', { arrivedAt, isHistory: true }, SPAM);
  await mail('after an outage', { arrivedAt }, SPAM);
  t.is((await listConversations(scope, { status: 'spam' })).items.length, 2);
  t.is(await purge(), 0);
  pass(85 * DAY_MINUTES);
  const [first] = (await previewPurge(scope)).first;
  t.is(first?.goesAt.getTime(), scope.now().getTime() + 5 * DAY_MINUTES * 60_000);
  t.is(await purge(), 0);
  pass(6 * DAY_MINUTES);
  t.is(await purge(), 2);
});

test('the preview names what goes within a week, and nothing goes when spam is kept for ever', async (t) => {
  const { mail, purge, scope, pass } = await cellar(t);
  await mail('first', { subject: 'Pierwszy' }, SPAM);
  pass(10 * DAY_MINUTES);
  await mail('second', { subject: 'Drugi' }, SPAM);
  pass(75 * DAY_MINUTES);
  const ahead = await previewPurge(scope);
  t.deepEqual([ahead.days, ahead.count, ahead.first.map(({ subject }) => subject)], [90, 1, ['Pierwszy']]);
  t.is(ahead.first[0]?.goesAt.getTime(), scope.now().getTime() + 5 * DAY_MINUTES * 60_000);
  await changeSpamDays(scope, 0);
  t.deepEqual(await previewPurge(scope), { days: 0, count: 0, isMore: false, first: [] });
  pass(1_000 * DAY_MINUTES);
  t.is(await purge(), 0);
  await t.throwsAsync(changeSpamDays(scope, 1.5), { code: 'invalid' });
  await t.throwsAsync(changeSpamDays(scope, -1), { code: 'invalid' });
});

test('a file that is needed again within a day comes back, and is deleted for good only after that', async (t) => {
  const { mail, purge, scope, blobs, dir, pass } = await cellar(t);
  await mail('raw of spam', {}, SPAM);
  pass(91 * DAY_MINUTES);
  await purge();
  const file = sha256('raw of spam');
  t.is((await blobs.read(file)).toString(), 'raw of spam');
  await blobs.discard(file);
  const again = await mail('raw of spam', {}, SPAM);
  t.is(again.status, 'spam', 'a purged original makes no duplicate');
  const long = new Date(Date.now() - 2 * 86_400_000);
  await blobs.discard(file);
  await utimes(join(dir, 'trash', file), long, long);
  await purge();
  t.is((await blobs.read(file)).toString(), 'raw of spam');
  pass(91 * DAY_MINUTES);
  await purge();
  await utimes(join(dir, 'trash', file), long, long);
  await purge();
  t.false(await blobs.has(file));
  t.is((await scope.db('raw_inbound').whereNotNull('purged_at')).length, 2);
});

test('many are deleted in small portions under one entry of the log', async (t) => {
  const { mail, purge, scope, pass } = await cellar(t);
  for (let n = 0; n < 30; n += 1) await mail(`raw ${n}`, { from: { address: `s${n}@spam.test`, name: null } }, SPAM);
  pass(91 * DAY_MINUTES);
  t.is(await purge(), 30);
  const log = await purgeLog(scope, 'spam');
  t.deepEqual(
    log.map(({ conversations, files }) => [conversations, files]),
    [[30, 30]],
  );
});

test('spam that was confirmed by ourselves before somebody said what it is goes like any other', async (t) => {
  const { mail, purge, scope, agentScope, pass, blobs, ...house } = await cellar(t);
  const { switchOn, answer } = acknowledging({ scope, ...house });
  await switchOn(house.inboxId);
  const { conversationId } = await mail('an offer');
  t.true(await answer(conversationId));
  await markSpam(agentScope, conversationId, true);
  pass(85 * DAY_MINUTES);
  t.is((await previewPurge(scope)).count, 1);
  pass(6 * DAY_MINUTES);
  t.is(await purge(), 1);
  for (const table of ['conversations', 'messages', 'deliveries']) t.is((await scope.db(table)).length, 0, table);
  t.deepEqual(await recountCounters(scope), []);
  const findings = await Array.fromAsync(verifyLedger(scope, blobs, { since: null }));
  t.deepEqual(
    findings.filter(({ kind }) => kind !== 'row_without_entry' && kind !== 'count_wrong'),
    [],
  );
});
