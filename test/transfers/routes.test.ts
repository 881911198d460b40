import test from 'ava';
import { listDrafts, saveDraft } from '../../core/drafts/save.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { answer } from '../support/sending.ts';
import { DRAFT } from '../support/transfers.ts';
import { workspaceFor } from '../support/workspace.ts';

test('a merge is chosen on a page that shows both, leaves a line with the way back, and the old address leads to the new', async (t) => {
  const house = await workspaceFor(t);
  const { anna } = house;
  const a = (await house.mail({ text: 'Is it ready?', subject: 'Repair' })).conversationId;
  const b = (await house.mail({ text: 'Any news?', subject: 'My washing machine' })).conversationId;
  const asked = await anna.get(`/conversations/merger?ids=${a}`);
  t.is(asked.status, 200);
  t.true(asked.text.includes(`href="/conversations/merger?ids=${a},${b}"`), 'the same contact’s other conversation is offered');
  t.false(asked.text.includes('class="btn btn-primary"'), 'one alone is not merged');
  const found = await anna.get(`/conversations/merger?ids=${a}&q=washing`);
  t.true(found.text.includes(`ids=${a},${b}`));
  const both = await anna.get(`/conversations/merger?ids=${a},${b}`);
  for (const text of ['Is it ready?', 'Any news?', `value="${a}" checked`]) t.true(both.text.includes(text), text);
  const merged = await anna.post('/conversations/merger', { ids: `${a},${b}`, into: String(b) });
  t.is(merged.location, `/conversations/${b}`);
  const page = await anna.get(`/conversations/${b}`);
  t.true(page.text.includes(`<b>#${a} Repair</b>`));
  t.true(page.text.includes('Anna Nowak ·'));
  t.is((await anna.get(`/conversations/${a}?folder=closed`)).location, `/conversations/${b}?folder=closed`);
  const live = await anna.get(`/conversations/${a}/messages`, {
    'HX-Request': 'true',
    'HX-Request-Type': 'partial',
    'HX-Current-URL': `http://centrala.test/conversations/${a}?folder=closed`,
  });
  t.is(live.headers.get('hx-redirect'), `/conversations/${b}?folder=closed`);
  const closure = await anna.post(`/conversations/${a}/closure`);
  t.is(closure.location, `/conversations/${b}`, 'an old page closes nothing that it does not show');
  t.is(
    await house.scope
      .db('conversations')
      .where({ id: b })
      .first('status')
      .then((row) => row.status),
    'open',
  );
  const [, reversal = ''] = /action="(\/transfers\/\d+\/reversal)"/.exec(page.text) ?? [];
  t.is((await anna.post(reversal)).location, `/conversations/${b}`);
  t.is((await anna.get(`/conversations/${a}`)).status, 200);
  t.true((await anna.get(`/conversations/${b}`)).text.includes('is-undone'));
  t.is((await anna.post(reversal)).status, 303);
  t.true((await anna.get(`/conversations/${b}`)).text.includes('is-problem'), 'a second time is told, not done');
});

test('several are merged from the list and taken apart again by one step', async (t) => {
  const house = await workspaceFor(t);
  const ids = [];
  for (const text of ['a', 'b', 'c']) ids.push((await house.mail({ text })).conversationId);
  const list = await house.anna.get('/conversations');
  for (const id of ids) t.true(list.text.includes(`form="bulk" name="ids" value="${id}"`));
  t.true(
    (await house.anna.get(`/conversations/merger?ids=${ids[0]}&ids=${ids[1]}&ids=${ids[2]}`)).text.includes(`value="${ids.join(',')}"`),
  );
  await house.anna.post('/conversations/merger', { ids: ids.join(','), into: String(ids[0]) });
  const [, undo = ''] = /action="(\/transfers\/\d+,\d+\/reversal)"/.exec((await house.anna.get(`/conversations/${ids[0]}`)).text) ?? [];
  t.is((await house.anna.post(undo)).status, 303);
  t.deepEqual(await house.scope.db('conversations').orderBy('id').pluck('merged_into_id'), [null, null, null]);
});

test('what cannot be merged or is not there is refused in words', async (t) => {
  const house = await workspaceFor(t);
  const { conversationId: a } = await house.mail({});
  await house.anna.get('/conversations');
  t.is((await house.anna.get('/conversations/merger?ids=999')).status, 404);
  t.is((await house.anna.post('/conversations/merger', { ids: `${a},999`, into: String(a) })).status, 404);
  t.is((await house.anna.post('/conversations/merger', { ids: String(a), into: '7' })).status, 400);
  t.is((await house.anna.get('/conversations/merger')).status, 200);
  t.is((await house.anna.post('/transfers/999/reversal')).status, 404);
  t.is((await house.anna.post('/transfers/x/reversal')).status, 404);
  t.is((await house.anna.get('/messages/999/transfer')).status, 404);
  t.is((await house.nobody.get(`/conversations/merger?ids=${a}`)).status, 303);
});

test('one click on a message splits it off, and a search finds another conversation to move it to', async (t) => {
  const house = await workspaceFor(t);
  const { anna } = house;
  const first = await house.mail({ text: 'first', externalId: '1@customer.test' });
  const second = await house.mail({ text: 'second', subject: 'Invoice', references: ['1@customer.test'] });
  const elsewhere = await house.mail({ text: 'elsewhere', subject: 'Delivery', from: { address: 'ola@customer.test', name: null } });
  const page = await anna.get(`/conversations/${first.conversationId}`);
  t.is(page.text.split('"menu-item" name="extent" value="onwards"').length - 1, 1, 'not on the first message: nothing would stay');
  const split = await anna.post(`/messages/${second.messageId}/transfer`, { extent: 'one' });
  const made = Number(split.location?.split('/').at(-1));
  t.true(
    (await anna.get(`/conversations/${made}`)).text.includes(`href="/conversations/${first.conversationId}">#${first.conversationId} `),
  );
  t.true((await anna.get(`/conversations/${first.conversationId}`)).text.includes(`href="/conversations/${made}">#${made} Invoice`));
  const refused = await anna.post(`/messages/${second.messageId}/transfer`, { extent: 'one' });
  t.is(refused.location, `/conversations/${made}`);
  t.true((await anna.get(`/conversations/${made}`)).text.includes('is-problem'));
  const mover = await anna.get(`/messages/${second.messageId}/transfer?q=Delivery`);
  t.true(mover.text.includes(`name="to" value="${elsewhere.conversationId}"`));
  const moved = await anna.post(`/messages/${second.messageId}/transfer`, { extent: 'one', to: String(elsewhere.conversationId) });
  t.is(moved.location, `/conversations/${elsewhere.conversationId}`);
  t.is(
    await house.scope
      .db('messages')
      .where({ id: second.messageId })
      .first('conversation_id')
      .then((row) => row.conversation_id),
    elsewhere.conversationId,
  );
});

test('a draft typed on a page that was merged meanwhile is kept, and one that stayed behind is put into the answer', async (t) => {
  const house = await workspaceFor(t);
  const { anna, agentId } = house;
  const [a, b] = [(await house.mail({})).conversationId, (await house.mail({})).conversationId];
  await saveDraft(house.scope, agentId, a, { ...DRAFT, text: 'for a' });
  await saveDraft(house.scope, agentId, b, { ...DRAFT, text: 'for b' });
  await mergeConversations(house.agentScope, house.endpoints, b, [a]);
  await anna.get(`/conversations/${b}`);
  const body = new URLSearchParams({ kind: 'reply', text: 'for a, longer' });
  const headers = { 'X-CSRF-Token': anna.csrf(), 'HX-Request': 'true', 'Content-Type': 'application/x-www-form-urlencoded' };
  t.is((await anna.send('PUT', `/conversations/${a}/draft`, body, headers)).status, 204);
  t.true((await anna.get(`/conversations/${b}`)).text.includes('for a, longer'));
  t.is((await anna.post(`/conversations/${b}/draft/joining`, { from: String(a) })).status, 303);
  const drafts = await listDrafts(house.scope, agentId);
  t.deepEqual(
    drafts.map(({ conversationId, text }) => [conversationId, text]),
    [[b, 'for b\n\nfor a, longer']],
  );
  t.is((await anna.post(`/conversations/${b}/draft/joining`, { from: '999' })).status, 404);
});

test('what goes on being typed in a merged conversation goes on with the draft that moved along', async (t) => {
  const house = await workspaceFor(t);
  const { anna, agentId } = house;
  const [a, b] = [(await house.mail({})).conversationId, (await house.mail({})).conversationId];
  await saveDraft(house.scope, agentId, a, { ...DRAFT, text: 'for a' });
  await mergeConversations(house.agentScope, house.endpoints, b, [a]);
  await anna.get(`/conversations/${b}`);
  const type = (text: string) =>
    anna.send('PUT', `/conversations/${a}/draft`, new URLSearchParams({ text }), { 'x-csrf-token': anna.csrf() });
  const drafts = async () => (await listDrafts(house.scope, agentId)).map(({ conversationId, text }) => [conversationId, text]);
  await type('for a, longer');
  t.deepEqual(await drafts(), [[b, 'for a, longer']]);
  await type('another one');
  t.deepEqual(await drafts(), [
    [a, 'another one'],
    [b, 'for a, longer'],
  ]);
});

test('the line of a transfer stands where it happened, between what was there and what came later', async (t) => {
  const house = await workspaceFor(t);
  const a = await house.mail({ text: 'in the one', externalId: 'a@customer.test' });
  const b = await house.mail({ text: 'in the other' });
  await mergeConversations(house.agentScope, house.endpoints, b.conversationId, [a.conversationId]);
  await answer(house, b.conversationId, ['jan@customer.test'], 'our answer');
  const { text } = await house.anna.get(`/conversations/${b.conversationId}`);
  const places = ['id="message-1"', 'id="message-2"', 'id="transfer-1"', 'id="message-3"'].map((mark) => text.indexOf(mark));
  t.deepEqual(
    places,
    [...places].sort((x, y) => x - y),
  );
  t.true(places.every((place) => place > 0));
});
