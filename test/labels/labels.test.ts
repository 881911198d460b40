import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversationRow, listConversations } from '../../core/conversations/list.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { transact } from '../../core/db/scope.ts';
import { labelConversation, setLabels } from '../../core/labels/apply.ts';
import { clearLabelHandler } from '../../core/labels/clear.ts';
import { addLabel, changeLabel, moveLabel } from '../../core/labels/edit.ts';
import { listLabels } from '../../core/labels/list.ts';
import { mergeLabels, removeLabel, restoreLabel } from '../../core/labels/remove.ts';
import { MAX_APPLIED } from '../../core/labels/types.ts';
import type { ConversationId, LabelId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { purgeSpam } from '../../core/spam/purge.ts';
import { houseFor } from '../support/house.ts';
import { countQueries } from '../support/queries.ts';

const NOBODY = 9_999 as ConversationId;
const NO_LABEL = 9_999 as LabelId;

async function office(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const { agentScope } = house;
  const urgent = (await addLabel(agentScope, 'Bardzo ważne', 'red')).id;
  const claim = (await addLabel(agentScope, 'Reklamacja')).id;
  const ids: ConversationId[] = [];
  for (let n = 0; n < 4; n += 1) {
    house.pass(1);
    ids.push(
      (await house.mail({ from: { address: `k${n}@x.test`, name: null }, externalId: `m${n}@x`, subject: `Sprawa ${n}` })).conversationId,
    );
  }
  const [first, second, third, fourth] = ids as [ConversationId, ConversationId, ConversationId, ConversationId];
  const on = (id: ConversationId, label: LabelId) => labelConversation(agentScope, id, label, true);
  const off = (id: ConversationId, label: LabelId) => labelConversation(agentScope, id, label, false);
  const namesOn = async (id: ConversationId) => (await findConversationRow(agentScope, id)).labels.map(({ name }) => name);
  const counts = async () => Object.fromEntries((await listLabels(agentScope)).map((one) => [one.name, one.conversationCount]));
  const listed = async (labelId: LabelId, more = {}) =>
    (await listConversations(agentScope, { labelId, ...more })).items.map(({ id }) => id);
  const clear = (labelId: LabelId) =>
    clearLabelHandler()(agentScope, { id: 1, kind: 'label_clear', data: { labelId }, attempts: 1 }, new AbortController().signal);
  return { ...house, urgent, claim, ids: { first, second, third, fourth }, on, off, namesOn, counts, listed, clear };
}

test('a label is put on once, counted, shown with who put it there and when, and taken off again', async (t) => {
  const { agentScope, urgent, claim, ids, on, off, namesOn, counts, scope, events } = await office(t);
  await on(ids.first, claim);
  await on(ids.first, urgent);
  await on(ids.first, urgent);
  t.deepEqual(await namesOn(ids.first), ['Bardzo ważne', 'Reklamacja']);
  t.deepEqual(await counts(), { 'Bardzo ważne': 1, Reklamacja: 1 });
  const [label] = (await findConversationRow(agentScope, ids.first)).labels;
  t.like(label, { name: 'Bardzo ważne', colour: 'red', by: 'Anna Nowak', at: scope.now() });
  await off(ids.first, claim);
  await off(ids.first, claim);
  t.deepEqual(await namesOn(ids.first), ['Bardzo ważne']);
  t.deepEqual(await counts(), { 'Bardzo ważne': 1, Reklamacja: 0 });
  t.deepEqual(
    (await events()).filter((type) => /labelled/.test(type)),
    ['conversation.labelled', 'conversation.labelled', 'conversation.unlabelled'],
  );
  const history = await scope.db('events').where({ type: 'conversation.unlabelled' }).first();
  t.deepEqual([JSON.parse(history.data), JSON.parse(history.actor).kind], [{ conversationId: ids.first, labelId: claim }, 'agent']);
});

test('what is not there can neither be labelled nor be a label', async (t) => {
  const { agentScope, urgent, ids } = await office(t);
  await t.throwsAsync(labelConversation(agentScope, NOBODY, urgent, true), { code: 'not_found' });
  await t.throwsAsync(labelConversation(agentScope, ids.first, NO_LABEL, true), { code: 'not_found' });
  for (const work of [
    changeLabel(agentScope, NO_LABEL, { colour: 'red' }),
    moveLabel(agentScope, NO_LABEL, 1),
    removeLabel(agentScope, NO_LABEL),
  ])
    await t.throwsAsync(work as Promise<unknown>, { code: 'not_found' });
  await t.throwsAsync(mergeLabels(agentScope, urgent, NO_LABEL), { code: 'not_found' });
  await t.throwsAsync(mergeLabels(agentScope, urgent, urgent), { code: 'invalid' });
});

test('no two labels differ only in case or spaces, and a name is one line of 1 to 60 characters', async (t) => {
  const { agentScope, urgent } = await office(t);
  for (const name of ['bardzo WAŻNE', ' Bardzo\n ważne '])
    t.deepEqual((await t.throwsAsync<Error & { fields: object }>(addLabel(agentScope, name)))?.fields, { name: 'labels.problem.taken' });
  for (const name of ['', ' \u200b ', 'x'.repeat(61)]) await t.throwsAsync(addLabel(agentScope, name), { code: 'invalid' });
  await t.throwsAsync(changeLabel(agentScope, urgent, { name: 'reklamacja' }), { code: 'invalid' });
  t.like(await changeLabel(agentScope, urgent, { name: 'BARDZO ważne', colour: 'teal' }), { name: 'BARDZO ważne', colour: 'teal' });
});

test('labels stand in the order that was given to them', async (t) => {
  const { agentScope, urgent } = await office(t);
  const third = (await addLabel(agentScope, 'VIP')).id;
  const names = async () => (await listLabels(agentScope)).map(({ name }) => name);
  await moveLabel(agentScope, third, 1);
  t.deepEqual(await names(), ['VIP', 'Bardzo ważne', 'Reklamacja']);
  await moveLabel(agentScope, urgent, 99);
  t.deepEqual(await names(), ['VIP', 'Reklamacja', 'Bardzo ważne']);
});

test('the list of a label follows closing, reopening, new mail and spam, page by page, beside other filters', async (t) => {
  const { agentScope, urgent, ids, on, listed, mail, pass } = await office(t);
  for (const id of [ids.first, ids.second, ids.third]) await on(id, urgent);
  t.deepEqual(await listed(urgent), [ids.third, ids.second, ids.first]);
  await closeConversation(agentScope, ids.second);
  t.deepEqual(await listed(urgent, { status: 'open' }), [ids.third, ids.first]);
  t.deepEqual(await listed(urgent, { status: 'closed' }), [ids.second]);
  await reopenConversation(agentScope, ids.second);
  pass(5);
  await mail({ from: { address: 'k0@x.test', name: null }, references: ['m0@x'], text: 'Nadal czekam, pralka stoi.' });
  t.deepEqual(await listed(urgent, { status: 'open' }), [ids.first, ids.third, ids.second]);
  const page = await listConversations(agentScope, { labelId: urgent, limit: 2 });
  const rest = await listConversations(agentScope, { labelId: urgent, limit: 2, cursor: page.next ?? '' });
  t.deepEqual([page.items.map(({ id }) => id), rest.items.map(({ id }) => id)], [[ids.first, ids.third], [ids.second]]);
  t.deepEqual(await listed(urgent, { q: 'pralka' }), [ids.first]);
  t.deepEqual(await listed(urgent, { assigneeId: 'unassigned', status: 'open', sort: 'waiting' }), [ids.first, ids.third, ids.second]);
  await markSpam(agentScope, ids.third, true);
  t.deepEqual(await listed(urgent), [ids.first, ids.second]);
  t.deepEqual(await listed(urgent, { status: 'spam' }), [ids.third]);
  await markSpam(agentScope, ids.third, false);
  t.is((await listed(urgent)).length, 3);
});

test('a deleted label is gone at once and comes back to every conversation within a day', async (t) => {
  const { agentScope, urgent, ids, on, listed, namesOn, counts, clear, pass, scope } = await office(t);
  await on(ids.first, urgent);
  await on(ids.second, urgent);
  t.is(await removeLabel(agentScope, urgent), 'Bardzo ważne');
  t.deepEqual(await namesOn(ids.first), []);
  t.deepEqual(await counts(), { Reklamacja: 0 });
  await t.throwsAsync(on(ids.third, urgent), { code: 'not_found' });
  await clear(urgent);
  t.is(await restoreLabel(agentScope, urgent), 'Bardzo ważne');
  t.deepEqual([await namesOn(ids.first), await listed(urgent)], [['Bardzo ważne'], [ids.second, ids.first]]);

  await removeLabel(agentScope, urgent);
  const namesake = await addLabel(agentScope, 'bardzo ważne');
  await t.throwsAsync(restoreLabel(agentScope, urgent), { code: 'label_taken' });
  pass(25 * 60);
  await clear(urgent);
  await clear(urgent);
  await t.throwsAsync(restoreLabel(agentScope, urgent), { code: 'not_found' });
  t.deepEqual(await scope.db('conversations').whereNot({ label_count: 0 }), []);
  await on(ids.first, namesake.id);
  t.deepEqual(await namesOn(ids.first), ['bardzo ważne']);
});

test('merging gives every conversation the other label once, and counts right', async (t) => {
  const { agentScope, urgent, claim, ids, on, listed, namesOn, counts, clear, scope } = await office(t);
  await on(ids.first, urgent);
  await on(ids.first, claim);
  await on(ids.second, urgent);
  await on(ids.third, claim);
  await mergeLabels(agentScope, urgent, claim);
  t.deepEqual(
    (await scope.db('jobs')).map(({ kind }) => kind).filter((kind) => kind === 'label_clear'),
    ['label_clear'],
  );
  await clear(urgent);
  for (const id of [ids.first, ids.second, ids.third]) t.deepEqual(await namesOn(id), ['Reklamacja']);
  t.deepEqual(await listed(claim), [ids.third, ids.second, ids.first]);
  t.deepEqual(await counts(), { Reklamacja: 3 });
  t.deepEqual(await scope.db('conversations').orderBy('id').pluck('label_count'), [1, 1, 1, 0]);
  t.is((await scope.db('labels')).length, 1);
});

test('spam that is deleted at night is counted out of its labels', async (t) => {
  const { agentScope, urgent, ids, on, counts, pass } = await office(t);
  await on(ids.first, urgent);
  await on(ids.second, urgent);
  await markSpam(agentScope, ids.first, true);
  pass(91 * 24 * 60);
  const blobs = { discard: async () => {}, restore: async () => {}, sweep: async () => 0 };
  t.is(await purgeSpam(agentScope, { blobs: blobs as never, log: silentLog }, new AbortController().signal), 1);
  t.is((await counts())['Bardzo ważne'], 1);
});

test('two who change the same labels the other way round, of two conversations, do not wait for each other', async (t) => {
  const { agentScope, urgent, claim, ids, counts } = await office(t);
  let begun = 0;
  const label = (id: ConversationId, one: LabelId, other: LabelId): Promise<void> =>
    transact(agentScope, async (tx) => {
      begun += 1;
      await setLabels(tx, id, [one]);
      await wait(100);
      await setLabels(tx, id, [one, other]);
    });
  await Promise.all([label(ids.first, urgent, claim), label(ids.second, claim, urgent)]);
  t.is(begun, 2, 'none had to begin again');
  t.deepEqual(await counts(), { 'Bardzo ważne': 2, Reklamacja: 2 });
});

test('exactly the wanted labels stay, and a conversation has thirty at most', async (t) => {
  const { agentScope, urgent, claim, ids, namesOn } = await office(t);
  await setLabels(agentScope, ids.first, [urgent]);
  await setLabels(agentScope, ids.first, [claim, claim]);
  t.deepEqual(await namesOn(ids.first), ['Reklamacja']);
  await t.throwsAsync(setLabels(agentScope, ids.first, [urgent, NO_LABEL]), { code: 'not_found' });
  t.deepEqual(await namesOn(ids.first), ['Reklamacja'], 'all or nothing');
  const many: LabelId[] = [];
  for (let n = 0; n <= MAX_APPLIED; n += 1) many.push((await addLabel(agentScope, `Nr ${n}`)).id);
  await t.throwsAsync(setLabels(agentScope, ids.first, many), { code: 'invalid' });
  await setLabels(agentScope, ids.first, many.slice(1));
  t.is((await namesOn(ids.first)).length, MAX_APPLIED);
});

test('labels cost a list no query, and a conversation without them none when it changes', async (t) => {
  const { agentScope, urgent, ids, on, scope } = await office(t);
  const bare = await countQueries(scope.db, () => listConversations(agentScope, {}));
  await on(ids.first, urgent);
  t.is(await countQueries(scope.db, () => listConversations(agentScope, {})), bare);
  const closing = (id: ConversationId) => countQueries(scope.db, () => closeConversation(agentScope, id));
  t.is(await closing(ids.first), (await closing(ids.second)) + 1);
});
