import test from 'ava';
import { changeAgentStatus } from '../../core/agents/edit-agent.ts';
import { beginBulk, cancelBulk, findOwn, ownActions, reverseBulk } from '../../core/bulk-actions/begin.ts';
import { forgetOldBulk } from '../../core/bulk-actions/forget.ts';
import { refusalsOf } from '../../core/bulk-actions/refusals.ts';
import { workOff } from '../../core/bulk-actions/run.ts';
import type { BulkChoice, BulkDeed } from '../../core/bulk-actions/types.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounters } from '../../core/conversations/counters.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { snoozeConversation } from '../../core/conversations/snooze.ts';
import type { Scope } from '../../core/db/scope.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { as, confine } from '../support/folders.ts';
import { type House, houseFor } from '../support/house.ts';

async function mails(house: House, n: number): Promise<readonly ConversationId[]> {
  const ids: ConversationId[] = [];
  for (let at = 0; at < n; at += 1) {
    ids.push((await house.mail({ subject: `Sprawa ${at}` })).conversationId);
    house.pass(1);
  }
  return ids;
}

/** Does it to its end, as the job would. */
async function bulk(scope: Scope, deed: BulkDeed, choice: BulkChoice, system: Scope = scope) {
  const id = await beginBulk(scope, deed, choice);
  await workOff(system, id, () => {}, 30_000);
  return findOwn(scope, id);
}

async function undo(scope: Scope, id: Awaited<ReturnType<typeof bulk>>['id']) {
  await reverseBulk(scope, id);
  await workOff(scope, id, () => {}, 30_000);
  return findOwn(scope, id);
}

const stateOf = async ({ scope }: House) =>
  (await scope.db('conversations').orderBy('id')).map((row: Record<string, unknown>) => {
    const {
      status,
      closed_at,
      waiting_since,
      assignee_id,
      folder_id,
      spam_at,
      spam_reason,
      trashed_at,
      ignored_at,
      snoozed_until,
      snoozed_by,
    } = row;
    return {
      status,
      closed_at,
      waiting_since,
      assignee_id,
      folder_id,
      spam_at,
      spam_reason,
      trashed_at,
      ignored_at,
      snoozed_until,
      snoozed_by,
    };
  });

test('one bulk act does the same to many conversations, with one event for each, and one undo puts all of them back', async (t) => {
  const house = await houseFor(t);
  const { agentScope: me, agentId, scope } = house;
  const ids = await mails(house, 4);
  const piotr = await house.addAgent('piotr@company.test');
  const [label, folder] = [(await addLabel(scope, 'Reklamacja')).id, (await addFolder(scope, 'Zwroty')).id];
  await closeConversation(scope, ids[0] as ConversationId);
  await snoozeConversation(me, ids[1] as ConversationId, new Date(scope.now().getTime() + 3_600_000));
  await assignConversation(scope, ids[2] as ConversationId, piotr);
  const deeds: readonly (readonly [BulkDeed, changed: number, event: string])[] = [
    [{ kind: 'close' }, 3, 'conversation.closed'],
    [{ kind: 'reopen' }, 2, 'conversation.reopened'],
    [{ kind: 'assign', assigneeId: agentId }, 4, 'conversation.assigned'],
    [{ kind: 'assign', assigneeId: null }, 1, 'conversation.assigned'],
    [{ kind: 'label', labelId: label }, 4, 'conversation.labelled'],
    [{ kind: 'file', folderId: folder }, 4, 'conversation.filed'],
    [{ kind: 'spam' }, 4, 'spam.hidden'],
    [{ kind: 'trash' }, 4, 'conversation.trashed'],
    [{ kind: 'ignore' }, 3, 'conversation.ignored'],
    [{ kind: 'snooze', until: new Date(scope.now().getTime() + 7_200_000) }, 4, 'conversation.snoozed'],
  ];
  const before = await stateOf(house);
  for (const [deed, changed, event] of deeds) {
    await scope.db('events').delete();
    const done = await bulk(me, deed, { ids });
    t.like(done, { state: 'done', total: 4, done: changed, same: 4 - changed, refused: 0 }, deed.kind);
    t.is((await house.events()).filter((type) => type === event).length, changed, deed.kind);
    t.like(await undo(me, done.id), { state: 'undone', undone: changed, stayed: 0 }, deed.kind);
    t.deepEqual(await stateOf(house), before, deed.kind);
    await t.throwsAsync(reverseBulk(me, done.id), { code: 'bulk_not_undoable' });
  }
  t.is((await scope.db('conversation_labels')).length, 0);
  const kept = await readCounters(scope);
  await recountCounters(scope);
  t.deepEqual(await readCounters(scope), kept);
});

test('what was read, labelled off or taken out of spam in bulk is so again after its undo', async (t) => {
  const house = await houseFor(t);
  const { agentScope: me, scope } = house;
  const ids = await mails(house, 2);
  const label = (await addLabel(scope, 'Pilne')).id;
  await labelConversation(scope, ids[0] as ConversationId, label, true);
  t.like(await undo(me, (await bulk(me, { kind: 'unlabel', labelId: label }, { ids })).id), { done: 1, same: 1, undone: 1 });
  t.is((await scope.db('conversation_labels')).length, 1);
  t.like(await undo(me, (await bulk(me, { kind: 'read' }, { ids })).id), { done: 2, undone: 2 });
  t.is((await scope.db('conversation_reads')).length, 0);
  await bulk(me, { kind: 'spam' }, { ids });
  const before = await stateOf(house);
  house.pass(5);
  t.like(await undo(me, (await bulk(me, { kind: 'not_spam' }, { list: { status: 'spam' } })).id), { total: 2, undone: 2 });
  t.deepEqual(
    (await stateOf(house)).map(({ status, spam_at }) => [status, spam_at]),
    before.map(({ status, spam_at }) => [status, spam_at]),
  );
});

test('many marked as spam send nothing any more, and their undo leaves what did not leave a draft', async (t) => {
  const house = await houseFor(t);
  const { scope, agentId, agentScope: me, endpoints } = house;
  const ids = await mails(house, 2);
  const [answered] = ids as [ConversationId];
  const before = await stateOf(house);
  const notBefore = new Date(scope.now().getTime() + 10_000);
  const reply = { conversationId: answered, authorId: agentId, text: 'Dzień dobry', html: null, attachments: [], close: true, notBefore };
  await replyToConversation(me, endpoints, reply);
  const done = await bulk(me, { kind: 'spam' }, { ids });
  t.like(done, { done: 2, refused: 0 });
  t.deepEqual(await scope.db('deliveries'), []);
  t.like(await undo(me, done.id), { undone: 2, stayed: 0 });
  t.deepEqual(await stateOf(house), before, 'both wait for an answer again');
});

test('of a conversation that cannot be deleted with many others nothing is taken back: what was scheduled in it leaves at its time', async (t) => {
  const house = await houseFor(t);
  const { scope, agentId, agentScope: me, endpoints } = house;
  const ids = await mails(house, 2);
  const [busy, free] = ids as [ConversationId, ConversationId];
  const reply = { conversationId: busy, authorId: agentId, html: null, attachments: [] };
  const schedule = { at: new Date(scope.now().getTime() + 86_400_000), stopsOnAnswer: false };
  await replyToConversation(me, endpoints, { ...reply, text: 'Przypominam', schedule });
  const { messageId } = await replyToConversation(me, endpoints, { ...reply, text: 'Dzień dobry' });
  await scope.db('deliveries').where({ message_id: messageId }).update({ status: 'deferred', attempts: 1, reason: 'later' });
  const done = await bulk(me, { kind: 'trash' }, { ids });
  t.like(done, { done: 1, refused: 1 });
  t.like((await refusalsOf(me, done.id))[0], { id: busy, reason: 'conversation_sending' });
  t.deepEqual(await scope.db('deliveries').orderBy('id').pluck('status'), ['queued', 'deferred']);
  t.deepEqual(await scope.db('drafts'), []);
  t.deepEqual(await scope.db('conversations').whereNotNull('trashed_at').pluck('id'), [free]);
});

test('undoing a bulk act leaves what somebody has changed since and says how many those are', async (t) => {
  const house = await houseFor(t);
  const { agentScope: me, scope } = house;
  const ids = await mails(house, 4);
  const done = await bulk(me, { kind: 'close' }, { ids });
  await reopenConversation(scope, ids[0] as ConversationId);
  await house.mail({
    references: [],
    replyTokens: [(await scope.db('conversations').where({ id: ids[1] }).first('reply_token')).reply_token],
  });
  const after = await undo(me, done.id);
  t.like(after, { state: 'undone', undone: 2, stayed: 2 });
  t.is((await findConversation(scope, ids[0] as ConversationId))?.status, 'open');
});

test('a bulk act over all that match a list finds also what no page has shown, and only what its agent sees', async (t) => {
  const house = await houseFor(t);
  const { agentScope: me, scope } = house;
  const ids = await mails(house, 5);
  const closed = (await addFolder(scope, 'Zarząd')).id;
  await fileConversation(scope, ids[4] as ConversationId, closed);
  const open = (await addFolder(scope, 'Sklep')).id;
  for (const id of ids.slice(0, 3)) await fileConversation(scope, id, open);
  await confine(scope, house.agentId, [open]);
  t.like(await bulk(me, { kind: 'close' }, { list: { status: 'open' } }), { state: 'done', total: 3, done: 3 });
  const named = await bulk(me, { kind: 'close' }, { ids });
  t.like(named, { total: 5, done: 0, same: 3, refused: 2 });
  t.deepEqual(
    (await refusalsOf(me, named.id)).map(({ reason, title }) => [reason, title]),
    [
      ['not_found', null],
      ['not_found', null],
    ],
  );
  t.is((await findConversation(scope, ids[4] as ConversationId))?.status, 'open');
  await t.throwsAsync(beginBulk(me, { kind: 'file', folderId: closed }, { ids }), { code: 'not_found' });
  await confine(scope, house.agentId, [open], 'see');
  t.like(await bulk(me, { kind: 'reopen' }, { ids: ids.slice(0, 2) }), { refused: 2, done: 0 });
});

test('a bulk act is its agent’s alone, can be stopped, and is refused when it is empty, wrong or one too many', async (t) => {
  const house = await houseFor(t);
  const { agentScope: me, scope } = house;
  const ids = await mails(house, 2);
  const other = as(scope, await house.addAgent('piotr@company.test'));
  const id = await beginBulk(me, { kind: 'close' }, { ids });
  await t.throwsAsync(findOwn(other, id), { code: 'not_found' });
  for (const act of [cancelBulk, reverseBulk]) await t.throwsAsync(act(other, id), { code: 'not_found' });
  await cancelBulk(me, id);
  t.true(await workOff(scope, id, () => {}, 1_000));
  t.like(await findOwn(me, id), { state: 'cancelled', done: 0 });
  t.is((await findConversation(scope, ids[0] as ConversationId))?.status, 'open');
  await t.throwsAsync(beginBulk(me, { kind: 'close' }, { ids: [] }), { code: 'invalid' });
  await t.throwsAsync(beginBulk(me, { kind: 'close' }, { list: { q: 'jest:nonsens' } }), { code: 'invalid' });
  await t.throwsAsync(beginBulk(me, { kind: 'snooze', until: new Date(0) }, { ids }), { code: 'invalid' });
  await t.throwsAsync(beginBulk(me, { kind: 'label', labelId: 99 as never }, { ids }), { code: 'not_found' });
  await t.throwsAsync(beginBulk(scope, { kind: 'close' }, { ids }), { code: 'forbidden' });
  for (let n = 0; n < 5; n += 1) await beginBulk(me, { kind: 'close' }, { ids });
  await t.throwsAsync(beginBulk(me, { kind: 'close' }, { ids }), { code: 'bulk_busy' });
  t.is((await ownActions(me, true)).length, 5);
  t.is((await ownActions(other, false)).length, 0);
  house.pass(8 * 24 * 60);
  t.is(await forgetOldBulk(scope), 6);
  t.is((await scope.db('bulk_action_items')).length, 0);
});

test('what an agent began on many conversations stops when he is disabled, and what is done stays done', async (t) => {
  const house = await houseFor(t);
  const { scope } = house;
  const ids = await mails(house, 3);
  const leaving = await house.addAgent('piotr@company.test');
  const me = as(scope, leaving);
  await bulk(me, { kind: 'trash' }, { ids: ids.slice(0, 1) });
  const begun = [
    await beginBulk(me, { kind: 'trash' }, { ids: ids.slice(1) }),
    await beginBulk(me, { kind: 'trash' }, { list: { status: 'open' } }),
  ];
  await changeAgentStatus(scope, leaving, 'disabled');
  for (const id of begun) await workOff(scope, id, () => {}, 30_000);
  t.deepEqual(await scope.db('bulk_actions').orderBy('id').pluck('state'), ['done', 'cancelled', 'cancelled']);
  t.deepEqual(await scope.db('conversations').whereNotNull('trashed_at').pluck('id'), ids.slice(0, 1));
});

test('the new assignee of many conversations is not told of each of them', async (t) => {
  const house = await houseFor(t);
  const ids = await mails(house, 21);
  const piotr = await house.addAgent('piotr@company.test');
  const told = async () => (await house.scope.db('notifications').where({ agent_id: piotr, kind: 'conversation_assigned' })).length;
  await bulk(house.agentScope, { kind: 'assign', assigneeId: piotr }, { ids: ids.slice(0, 2) });
  t.is(await told(), 2);
  await bulk(house.agentScope, { kind: 'assign', assigneeId: piotr }, { ids });
  t.is(await told(), 2);
});
