import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounters } from '../../core/conversations/counters.ts';
import { ignoreConversation, unignoreConversation } from '../../core/conversations/ignore.ts';
import { findConversation, findConversationRow, listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { houseFor } from '../support/house.ts';
import { workspaceFor } from '../support/workspace.ts';

test('an ignored conversation leaves the unanswered without an answer, and comes back as it was', async (t) => {
  const { scope, agentScope, agentId, mail, pass, events } = await houseFor(t);
  const { conversationId: id } = await mail({});
  const { conversationId: other } = await mail({ from: { address: 'ola@customer.test', name: null } });
  const unanswered = async () => ({
    counted: (await readCounters(scope)).unanswered,
    listed: (await listConversations(scope, { status: 'open', unanswered: true, sort: 'waiting' })).items.map((one) => one.id),
  });
  t.deepEqual(await unanswered(), { counted: 2, listed: [id, other] });
  const before = await findConversation(scope, id);
  pass(5);
  await ignoreConversation(agentScope, id);
  await ignoreConversation(agentScope, id);
  t.deepEqual(await unanswered(), { counted: 1, listed: [other] });
  const row = await findConversationRow(scope, id);
  t.deepEqual(row.ignored, { at: scope.now(), by: agentId, waitingSince: before?.waitingSince ?? new Date(0) });
  t.is(row.ignoredBy, 'Anna Nowak');
  await unignoreConversation(agentScope, id);
  await unignoreConversation(agentScope, id);
  t.deepEqual(await findConversation(scope, id), before, 'he waits as long as he did');
  await ignoreConversation(agentScope, id);
  await closeConversation(agentScope, id);
  await unignoreConversation(agentScope, id);
  t.is((await findConversation(scope, id))?.waitingSince, null, 'in what is closed nobody waits');
  t.is((await events()).filter((type) => type === 'conversation.ignored').length, 2);
  const said = await scope.db('events').where({ type: 'conversation.ignored' }).first();
  t.deepEqual([JSON.parse(said.actor), said.created_at], [{ kind: 'agent', id: agentId }, scope.now().toISOString()], 'who and when');
  t.deepEqual(await recountCounters(scope), []);
});

test('an agent ignores by a button and takes it back; the folder of the unanswered counts at most 99+', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  await mail({ externalId: 'first@customer.test' });
  await anna.get('/conversations/1');
  t.is((await anna.post('/conversations/1/ignoring', { ignored: 'yes' })).status, 303);
  const page = (await anna.get('/conversations/1')).text;
  t.regex(page, /Anna Nowak: zignorowano [\s\S]*Przywróć do odpowiedzi/);
  t.false((await anna.get('/conversations?folder=unanswered')).text.includes('id="c1"'));
  t.true((await anna.get('/conversations')).text.includes('zignorowana'), 'it is open still');
  await mail({ references: ['first@customer.test'] });
  t.false((await anna.get('/conversations/1')).text.includes('Przywróć do odpowiedzi'), 'he has written again');
  t.true((await anna.get('/conversations?folder=unanswered')).text.includes('id="c1"'));
  await anna.post('/conversations/1/ignoring', { ignored: 'yes' });
  await anna.post('/conversations/1/ignoring', { ignored: 'no' });
  t.true((await anna.get('/conversations?folder=unanswered')).text.includes('id="c1"'));
  await scope.db('counters').where({ name: 'open.unanswered@1' }).update({ value: 250 });
  t.regex((await anna.get('/conversations')).text, /id="folder-unanswered"[\s\S]{0,400}<b>99\+<\/b>/);
});
