import test, { type ExecutionContext } from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounters } from '../../core/conversations/counters.ts';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { snoozeConversation, wakeHandler } from '../../core/conversations/snooze.ts';
import type { Scope } from '../../core/db/scope.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import { listDrafts } from '../../core/drafts/save.ts';
import { sendDraft } from '../../core/drafts/send.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { addNote } from '../../core/messages/note.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { listTrashings, restoreConversation, trashConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';
import { workspaceFor } from '../support/workspace.ts';

const idsOf = async (scope: Scope, filters: Parameters<typeof listConversations>[1]): Promise<readonly ConversationId[]> =>
  (await listConversations(scope, filters)).items.map(({ id }) => id);

const FIELDS = { to: null, moreTo: '', cc: '', bcc: '', subject: '', inboxId: null, quoted: false, dropped: [] };
const written = (text: string) => ({ text, html: null, attachments: [] });

/** Every list, search and counter but the trash itself, for one conversation in the house. */
async function isNowhere(t: ExecutionContext, scope: Scope, labelId: Parameters<typeof labelConversation>[2]): Promise<void> {
  for (const filters of [{}, { status: 'open' }, { status: 'snoozed' }, { status: 'closed' }, { status: 'spam' }, { labelId }] as const)
    t.deepEqual(await idsOf(scope, filters), [], JSON.stringify(filters));
  for (const q of ['pralka', '#1', 'is:closed', 'is:spam', 'from:jan']) t.deepEqual(await idsOf(scope, { q }), [], q);
  t.like(await readCounters(scope), { open: 0, snoozed: 0, closed: 0, spam: 0, unanswered: 0, unassigned: 0, failed: 0, trash: 1 });
}

test('a deleted conversation is in the trash and in no other list, counter or search, and put back it is where it was', async (t) => {
  const { mail, scope, agentScope, agentId, pass } = await houseFor(t);
  const { id: labelId } = await addLabel(scope, 'Pilne');
  const { conversationId: id } = await mail({ text: 'pralka' });
  await labelConversation(scope, id, labelId, true);
  await assignConversation(scope, id, agentId);
  const states = [
    async () => {},
    async () => void (await snoozeConversation(agentScope, id, new Date(scope.now().getTime() + 3_600_000))),
    async () => void (await closeConversation(agentScope, id)),
    async () => void (await markSpam(agentScope, id, true)),
  ];
  for (const change of states) {
    await change();
    const before = await findConversation(scope, id);
    pass(1);
    const { conversation } = await trashConversation(agentScope, id);
    t.like(conversation, { status: 'closed', trashedAt: scope.now() });
    await isNowhere(t, agentScope, labelId);
    t.deepEqual(await idsOf(agentScope, { status: 'trash' }), [id]);
    t.deepEqual(await idsOf(agentScope, { status: 'trash', labelId }), [id]);
    for (const q of ['is:deleted', 'jest:usunięta', 'jest:usunięte']) t.deepEqual(await idsOf(agentScope, { q }), [id], q);
    t.deepEqual(await recountCounters(scope), []);
    await restoreConversation(agentScope, id);
    t.deepEqual(await findConversation(scope, id), before);
    t.deepEqual(await recountCounters(scope), []);
  }
  await markSpam(agentScope, id, false);
  t.deepEqual(await idsOf(agentScope, { q: 'pralka' }), [id]);
});

test('deleting and putting back twice changes nothing, and each has one event', async (t) => {
  const { mail, agentScope, events } = await houseFor(t);
  const { conversationId: id } = await mail({});
  const before = (await events()).length;
  for (const act of [trashConversation, trashConversation, restoreConversation, restoreConversation]) await act(agentScope, id);
  t.deepEqual((await events()).slice(before), ['conversation.trashed', 'conversation.restored']);
});

test('a new mail of the customer takes its conversation out of the trash, opens it and says so in the time line', async (t) => {
  const { mail, scope, agentScope } = await houseFor(t);
  const first = await mail({ externalId: 'first@customer.test', text: 'pralka' });
  await closeConversation(agentScope, first.conversationId);
  await trashConversation(agentScope, first.conversationId);
  const second = await mail({ references: ['first@customer.test'], text: 'Halo?' });
  t.is(second.conversationId, first.conversationId);
  t.like(await findConversation(scope, first.conversationId), { status: 'open', trashedAt: null, messageCount: 2 });
  t.deepEqual(await idsOf(agentScope, { q: 'pralka' }), [first.conversationId]);
  t.deepEqual(
    (await listTrashings(scope, [first.conversationId])).map(({ what, by, afterMessageId }) => [what, by, afterMessageId]),
    [
      ['trashed', 'Anna Nowak', first.messageId],
      ['restored_mail', '', first.messageId],
    ],
  );
  await trashConversation(agentScope, first.conversationId);
  await mail({ references: ['first@customer.test'], automated: true, text: 'Nie ma mnie' });
  t.like(await findConversation(scope, first.conversationId), { status: 'open', trashedAt: null, messageCount: 3 });
});

test('a scheduled answer does not leave from the trash: it is its author’s draft again, and he is told', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId, endpoints } = house;
  const other = await house.addAgent('piotr@company.test');
  const { conversationId } = await house.mail({});
  const at = new Date(scope.now().getTime() + 3_600_000);
  await sendDraft(agentScope, endpoints, agentId, conversationId, {
    draft: { kind: 'reply', html: '', text: 'Przypominam', fields: FIELDS },
    to: [{ address: 'jan@customer.test', name: null }],
    ...{ cc: [], bcc: [], attachments: [], close: true, schedule: { at, stopsOnAnswer: true }, seenMessageId: null },
  });
  const { stopped } = await trashConversation({ ...scope, actor: { kind: 'agent', id: other } }, conversationId);
  t.is(stopped, 1);
  t.deepEqual(await scope.db('deliveries'), []);
  t.is((await listDrafts(scope, agentId)).find((one) => one.conversationId === conversationId)?.text, 'Przypominam');
  t.like((await listNotifications(agentScope, agentId, {})).items[0], { kind: 'schedule_trashed', why: 'author', conversationId });
  t.like(await restoreConversation(agentScope, conversationId), { status: 'open', messageCount: 1 });
});

test('in the trash nothing is written, sent, tried again, opened, snoozed or merged, and what is on its way keeps it out', async (t) => {
  const { mail, report, scope, agentScope, agentId, endpoints } = await houseFor(t);
  const { conversationId: id } = await mail({});
  const other = await mail({ from: { address: 'ola@customer.test', name: null } });
  const reply = { conversationId: id, authorId: agentId, ...written('Dzień dobry') };
  const { messageId } = await replyToConversation(agentScope, endpoints, reply);
  await scope.db('deliveries').update({ status: 'deferred', attempts: 1, reason: 'later' });
  await t.throwsAsync(trashConversation(agentScope, id), { code: 'conversation_sending' });
  await scope.db('deliveries').update({ status: 'sent' });
  await trashConversation(agentScope, id);
  const [ours] = await scope.db('messages').where({ id: messageId });
  await report({ about: { externalId: ours.external_id, recipient: 'jan@customer.test' }, outcome: 'bounced' });
  t.like(await findConversation(scope, id), { status: 'closed', failedDeliveries: 1 }, 'a bounce does not open what is in the trash');
  t.deepEqual(await idsOf(scope, { status: 'open' }), [other.conversationId]);
  const gone = { code: 'conversation_in_trash' };
  const delivery = await scope.db('deliveries').where({ message_id: messageId }).first('id');
  await t.throwsAsync(replyToConversation(agentScope, endpoints, reply), gone);
  await t.throwsAsync(addNote(agentScope, endpoints, reply), gone);
  await t.throwsAsync(retryDelivery(agentScope, delivery.id), gone);
  await t.throwsAsync(reopenConversation(agentScope, id), gone);
  await t.throwsAsync(snoozeConversation(agentScope, id, null), gone);
  await t.throwsAsync(markSpam(agentScope, id, true), gone);
  await t.throwsAsync(mergeConversations(agentScope, endpoints, id, [other.conversationId]), gone);
});

test('a moment to wake that passes in the trash wakes the conversation once it is back', async (t) => {
  const { mail, scope, agentScope, pass } = await houseFor(t);
  const { conversationId } = await mail({});
  const until = new Date(scope.now().getTime() + 600_000);
  await snoozeConversation(agentScope, conversationId, until);
  await trashConversation(agentScope, conversationId);
  pass(20);
  const [job] = await scope.db('jobs').where({ kind: 'conversation_wake' });
  const wake = () => wakeHandler(scope, { ...job, data: JSON.parse(job.data) }, new AbortController().signal);
  await wake();
  t.like(await findConversation(scope, conversationId), { status: 'closed' });
  await restoreConversation(agentScope, conversationId);
  t.is((await scope.db('jobs').where({ kind: 'conversation_wake' })).length, 2);
  await wake();
  t.like(await findConversation(scope, conversationId), { status: 'open', snoozedUntil: null });
});

test('an agent deletes a conversation from its menu, finds it in the trash, and takes it back by the toast', async (t) => {
  const {
    mail,
    anna,
    conversationId: id,
    scope,
  } = await (async () => {
    const space = await workspaceFor(t);
    return { ...space, ...(await space.mail({ subject: 'Stara pralka' })) };
  })();
  t.false((await anna.get('/conversations')).text.includes('id="folder-trash"'));
  const deleted = await anna.post(`/conversations/${id}/trashing`, {}, { 'HX-Request': 'true' });
  t.regex(deleted.text, /Rozmowa jest w koszu/);
  t.regex(deleted.text, new RegExp(`/conversations/${id}/trashing\\?back=yes`));
  t.regex(deleted.text, /Anna Nowak: usunięto/);
  const trash = (await anna.get('/conversations?folder=trash')).text;
  t.regex(trash, /id="folder-trash"[^>]*aria-current/);
  t.regex(trash, /Stara pralka/);
  const shown = (await anna.get(`/conversations/${id}`)).text;
  t.regex(shown, /Z kosza nic nie wychodzi/);
  t.regex(shown, /Rozmowa przeniesiona do kosza/);
  t.false(shown.includes(`action="/conversations/${id}/snooze"`));
  await anna.post(`/conversations/${id}/trashing?back=yes`, {});
  t.is((await scope.db('conversations').where({ id }).first()).trashed_at, null);
  t.regex((await anna.get(`/conversations/${id}`)).text, /Rozmowa przywrócona z kosza/);
  await mail({ subject: 'Druga' });
  await anna.post('/bulk-actions', { act: 'trash', ids: String(id) });
  t.like(await findConversation(scope, id), { status: 'closed', trashedAt: scope.now() });
});
