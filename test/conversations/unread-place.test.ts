import test from 'ava';
import { mailFrom } from '../support/house.ts';
import { workspaceFor } from '../support/workspace.ts';

const ONE = (n: number) =>
  mailFrom('jan@customer.test', { externalId: `n${n}@customer.test`, references: ['n0@customer.test'], text: `List numer ${n}.` });

test('a conversation that was read before opens at the first message since, however many came', async (t) => {
  const { anna, take } = await workspaceFor(t);
  const first = await take([ONE(0)]);
  await anna.get('/conversations/1');
  t.is((await anna.post('/conversations/1/reads', { lastMessageId: String(first.messageId) })).status, 303);
  await take(Array.from({ length: 70 }, (_, n) => ONE(n + 1)));
  const { text } = await anna.get('/conversations/1');
  t.is(/id="first-unread"[\s\S]*?List numer (\d+)\./.exec(text)?.[1], '1');
  t.true(text.includes('List numer 70.'));
});
