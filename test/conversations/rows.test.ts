import test from 'ava';
import { answer, REFUSED, scriptedChannel, settled, work } from '../support/sending.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('a row names its channel and inbox and whose it is, and says when an answer did not arrive', async (t) => {
  const workspace = await workspaceFor(t);
  const { anna, mail, piotr, scope } = workspace;
  await scope.db('agents').where({ id: piotr }).update({ first_name: 'Piotr', last_name: 'Wrona' });
  const { conversationId } = await mail({});
  await mail({ subject: 'Druga' });
  await anna.get('/conversations/1');
  const rowOf = async (id: number): Promise<string> =>
    new RegExp(`<li id="c${id}">.*?</li>`).exec((await anna.get('/conversations/rows?folder=all', PART)).text)?.[0] ?? '';
  const fresh = await rowOf(1);
  t.regex(fresh, /<span class="marks"><i title="help@company\.test"><svg[^>]*><use href="[^"]*mail"/);
  t.notRegex(fresh, /Wrona|problem z wysyłką/);

  await anna.post('/conversations/1/assignment', { agentId: String(piotr) });
  t.regex(await rowOf(1), /<span class="end">.*Piotr Wrona/);

  const { messageId } = await answer(workspace, conversationId, ['jan@customer.test']);
  work(t, workspace, scriptedChannel(() => REFUSED).send);
  await settled(workspace, messageId);
  t.regex(await rowOf(1), /<i class="fail">.*alert-triangle.*problem z wysyłką/);
  const other = await rowOf(2);
  t.notRegex(other, /Wrona|problem z wysyłką/);
});

test('a list has who wrote last on top, and reading or taking a conversation leaves its order', async (t) => {
  const { anna, mail, pass, scope, piotr } = await workspaceFor(t);
  for (const subject of ['Pierwsza', 'Druga', 'Trzecia']) {
    pass(1);
    await mail({ subject, from: { address: `${subject}@x.test`, name: null } });
  }
  const order = async (query = ''): Promise<readonly string[]> =>
    [...(await anna.get(`/conversations/rows?folder=open${query}`, PART)).text.matchAll(/<li id="c(\d+)">/g)].map(([, id]) => id ?? '');
  const unread = async (): Promise<number> => (await anna.get('/conversations/rows?folder=open', PART)).text.split('row1 new').length - 1;
  t.deepEqual(await order(), ['3', '2', '1']);
  t.deepEqual(await order('&sort=waiting'), ['1', '2', '3']);

  await anna.get('/conversations/2');
  const first = await scope.db('messages').where({ conversation_id: 1 }).first();
  pass(1);
  await mail({ from: { address: 'Pierwsza@x.test', name: null }, references: [first.external_id] });
  t.deepEqual(await order(), ['1', '3', '2']);
  t.deepEqual(await order('&sort=waiting'), ['1', '2', '3'], 'he waits since his first letter');

  const before = await unread();
  pass(1);
  const last = await scope.db('messages').where({ conversation_id: 2 }).max('id as id').first();
  t.is((await anna.post('/conversations/2/reads', { lastMessageId: String(last?.id) }, PART)).status, 204);
  t.is(await unread(), before - 1);
  await anna.post('/conversations/2/assignment', { agentId: String(piotr) });
  t.deepEqual(await order(), ['1', '3', '2']);
});
