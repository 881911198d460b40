import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { recordBlobs } from '../../core/blobs/store.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounters } from '../../core/conversations/counters.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { transact } from '../../core/db/scope.ts';
import { claimJobs } from '../../core/jobs/store.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { readDays, readTotals } from '../../core/ledger/days.ts';
import { listItems } from '../../core/ledger/items.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { purgeLog } from '../../core/purges/run.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { EMPTY_TRASH_JOB, emptyTrash, emptyTrashHandler, purgeTrash } from '../../core/trash/purge.ts';
import { changeTrashDays, readTrash } from '../../core/trash/retention.ts';
import { forgetTombstone, listTombstones, returnedCount } from '../../core/trash/tombstones.ts';
import { restoreConversation, trashConversation } from '../../core/trash/trash.ts';
import { houseFor, mailFrom } from '../support/house.ts';
import { allCounts, bringUpToDate } from '../support/statistics.ts';
import { tempDir } from '../support/temp-dir.ts';

const DAY = 1_440;

/** A house whose kept things have real files. */
async function cellar(t: ExecutionContext) {
  const house = await houseFor(t);
  const blobs = openBlobs(tempDir(t));
  const attached = async (text: string) => {
    const blob = await blobs.put(Buffer.from(text));
    await transact(house.scope, (tx) => recordBlobs(tx, [blob]));
    return { filename: 'a.txt', contentType: 'text/plain', contentId: null, inline: false, ...blob, parent: null, inside: null };
  };
  const mail = async (bytes: string, more: object = {}) => {
    await blobs.put(Buffer.from(bytes));
    return house.mail(more, { bytes });
  };
  const deps = { blobs, log: silentLog };
  const purge = () => purgeTrash(house.scope, deps, AbortSignal.timeout(20_000));
  return { ...house, blobs, deps, attached, mail, purge };
}

test('what has lain in the trash for thirty days goes for good, with messages, files and words, and the balance stays right', async (t) => {
  const house = await cellar(t);
  const { mail, attached, purge, scope, agentScope, agentId, endpoints, blobs, pass, events } = house;
  const { id: labelId } = await addLabel(scope, 'Pilne');
  const [own, shared] = [await attached('only in the trash'), await attached('others have it too')];
  const kept = await mail('raw of another', { attachments: [shared] });
  const { conversationId: id, record } = await mail('raw of the deleted', { attachments: [own, shared] });
  await labelConversation(agentScope, id, labelId, true);
  await replyToConversation(agentScope, endpoints, { conversationId: id, authorId: agentId, text: 'Tak', html: null, attachments: [] });
  await scope.db('deliveries').update({ status: 'sent' });
  await recountCounters(scope);
  const young = await mail('raw of a young one');
  await trashConversation(agentScope, id);
  const before = await readTotals(scope, null);
  pass(20 * DAY);
  await trashConversation(agentScope, young.conversationId);
  pass(9 * DAY);
  t.is(await purge(), 0);
  t.like(await readTrash(scope), { days: 30, count: 2, soon: 1 });
  pass(2 * DAY);
  t.is(await purge(), 1);
  t.deepEqual(await scope.db('conversations').orderBy('id').pluck('id'), [kept.conversationId, young.conversationId]);
  t.deepEqual(await scope.db('attachments').pluck('blob_sha256'), [shared.sha256]);
  t.deepEqual(
    (await scope.db('blobs').whereNotNull('discarded_at').pluck('sha256')).sort(),
    [own.sha256, sha256('raw of the deleted')].sort(),
  );
  t.truthy((await scope.db('raw_inbound').where({ id: record.id }).first()).purged_at);
  t.deepEqual(await readTotals(scope, null), before);
  t.is((await scope.db('labels').first('conversation_count')).conversation_count, 0);
  t.deepEqual(await recountCounters(scope), []);
  t.like(await readCounters(scope), { trash: 1 });
  t.is((await events()).at(-1), 'trash.purged');
  t.like((await purgeLog(scope, 'trash'))[0], { actor: 'test', days: 30, conversations: 1, messages: 2, files: 2 });
  t.deepEqual(await purgeLog(scope, 'spam'), []);
  const findings = await Array.fromAsync(verifyLedger(scope, blobs, { since: null }));
  t.deepEqual(
    findings.filter(({ kind }) => kind === 'blob_missing' || kind === 'head_wrong'),
    [],
  );
});

test('the same mail does not come back after it was deleted for good, neither by its bytes nor by its identity, and the balance says so', async (t) => {
  const { mail, purge, scope, agentScope, pass, addInbox, endpoints, agentId, ...house } = await cellar(t);
  const sentAt = '2026-11-20T08:00:00.000Z';
  const letter = { externalId: 'one@customer.test', sentAt, text: 'pralka' };
  const { conversationId } = await mail('the very bytes', letter);
  await replyToConversation(agentScope, endpoints, { conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [] });
  await scope.db('deliveries').update({ status: 'sent' });
  const ours = await scope.db('messages').where({ direction: 'outbound' }).first('external_id');
  await trashConversation(agentScope, conversationId);
  pass(31 * DAY);
  t.is(await purge(), 1);
  const other = await addInbox('sales@company.test');
  const became = async (bytes: string, more: object, inboxId = house.inboxId) =>
    (await house.take([mailFrom('jan@customer.test', more)], { bytes, inboxId })).status;
  t.is(await became('the very bytes', letter), 'duplicate');
  t.is(await became('fetched by another way', letter), 'duplicate');
  t.is(await became('ours came back', { externalId: ours.external_id, from: { address: 'help@company.test', name: null } }), 'duplicate');
  t.is(await became('the same id, another day', { ...letter, sentAt: '2026-12-24T08:00:00.000Z' }), 'received');
  t.is(await became('for another inbox', letter, other), 'received');
  t.is(await returnedCount(scope), 3);
  t.deepEqual((await listItems(scope, { day: null, inboxId: null, status: 'returned', cursor: null })).items.length, 3);
  t.like(await readTotals(scope, null), { duplicate: 3, received: 3 });
  t.is((await readDays(scope, null, null)).days.length > 0, true);
  const { items } = await listTombstones(scope, null);
  t.deepEqual(
    items.map(({ externalId, isOurs, returns }) => [externalId, isOurs, returns]),
    [
      [ours.external_id, true, 1],
      ['one@customer.test', false, 2],
    ],
  );
  for (const { id } of items) await forgetTombstone(agentScope, id);
  t.is(await became('fetched a third time', letter), 'received');
  await t.throwsAsync(forgetTombstone(agentScope, items[0]?.id as never), { code: 'not_found' });
});

test('an alarm that looks like one deleted for good is heard', async (t) => {
  const { mail, purge, agentScope, pass } = await cellar(t);
  const { conversationId } = await mail('alarm', { externalId: null });
  await trashConversation(agentScope, conversationId);
  pass(31 * DAY);
  t.is(await purge(), 1);
  t.is((await mail('alarm', { externalId: null })).status, 'received');
});

test('the bytes of what came again go when its time is over, too', async (t) => {
  const { mail, purge, scope, agentScope, pass, blobs } = await cellar(t);
  const letter = { externalId: 'one@customer.test', sentAt: '2026-11-20T08:00:00.000Z' };
  const { conversationId } = await mail('first', letter);
  await trashConversation(agentScope, conversationId);
  pass(31 * DAY);
  await purge();
  const again = await mail('second', letter);
  t.is(again.status, 'duplicate');
  await purge();
  t.is((await scope.db('raw_inbound').where({ id: again.record.id }).first()).purged_at, null);
  pass(31 * DAY);
  await purge();
  t.truthy((await scope.db('raw_inbound').where({ id: again.record.id }).first()).purged_at);
  t.truthy(
    (
      await scope
        .db('blobs')
        .where({ sha256: sha256('second') })
        .first()
    ).discarded_at,
  );
  const findings = await Array.fromAsync(verifyLedger(scope, blobs, { since: null }));
  t.deepEqual(
    findings.filter(({ kind }) => kind.startsWith('blob_')),
    [],
  );
});

test('an administrator empties the trash at once, when it holds as many conversations as he was told', async (t) => {
  const { mail, scope, agentScope, deps, endpoints, pass } = await cellar(t);
  const [a, b, c] = [
    await mail('a'),
    await mail('b', { from: { address: 'b@x.test', name: null } }),
    await mail('c', { from: { address: 'c@x.test', name: null } }),
  ];
  await mergeConversations(agentScope, endpoints, a.conversationId, [b.conversationId]);
  await trashConversation(agentScope, a.conversationId);
  await t.throwsAsync(emptyTrash(agentScope, 2), { code: 'trash_changed' });
  await emptyTrash(agentScope, 1);
  pass(1);
  await trashConversation(agentScope, c.conversationId);
  for (let n = 0; n < 3; n += 1)
    for (const job of (await claimJobs(scope, 10, 60_000)).filter(({ kind }) => kind === EMPTY_TRASH_JOB))
      await emptyTrashHandler(deps)(scope, job, new AbortController().signal);
  t.deepEqual(await scope.db('conversations').pluck('id'), [c.conversationId], 'what was deleted later stays, what was merged goes along');
  t.deepEqual((await scope.db('tombstones').pluck('sha256')).sort(), [sha256('a'), sha256('b')].sort());
  t.like((await purgeLog(scope, 'trash'))[0], { actor: 'agent', days: 0, conversations: 1, messages: 2 });
  const event = await scope.db('events').where({ type: 'trash.purged' }).first();
  t.deepEqual(JSON.parse(event.actor), agentScope.actor);
});

test('nothing goes while it is to be kept for ever, and what was put back starts anew', async (t) => {
  const { mail, purge, scope, agentScope, pass } = await cellar(t);
  const { conversationId } = await mail('a');
  await trashConversation(agentScope, conversationId);
  await changeTrashDays(scope, 0);
  pass(400 * DAY);
  t.is(await purge(), 0);
  await t.throwsAsync(changeTrashDays(scope, 5_000), { code: 'invalid' });
  await changeTrashDays(scope, 10);
  await restoreConversation(agentScope, conversationId);
  await trashConversation(agentScope, conversationId);
  pass(9 * DAY);
  t.is(await purge(), 0);
  pass(2 * DAY);
  t.is(await purge(), 1);
});

test('figures of the past stay when a conversation is deleted, and when it goes for good', async (t) => {
  const { mail, purge, scope, agentScope, agentId, endpoints, pass } = await cellar(t);
  const { conversationId } = await mail('a');
  pass(5);
  await replyToConversation(agentScope, endpoints, { conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [] });
  await scope.db('deliveries').update({ status: 'sent' });
  await closeConversation(agentScope, conversationId);
  await bringUpToDate(scope);
  const before = await allCounts(scope);
  t.true(before.length > 0);
  await trashConversation(agentScope, conversationId);
  await bringUpToDate(scope);
  t.deepEqual(await allCounts(scope), before);
  pass(31 * DAY);
  t.is(await purge(), 1);
  await bringUpToDate(scope);
  t.deepEqual(await allCounts(scope), before);
});
