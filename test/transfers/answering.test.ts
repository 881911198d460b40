import test, { type ExecutionContext } from 'ava';
import type { Answer } from '../support/http-client.ts';
import { workspaceFor } from '../support/workspace.ts';

const seenIn = ({ text }: Answer): string => /name="seenMessageId" value="(\d+)"/.exec(text)?.[1] ?? '';
const TO_OLA = { kind: 'reply', to: 'ola@customer.test', text: 'Pani faktura jest gotowa.', quoted: 'yes' };

/** Jan's conversation, into which somebody has merged Ola's by mistake; Anna has it open and answers Ola. */
async function mixedUp(t: ExecutionContext<unknown>) {
  const house = await workspaceFor(t);
  await house.mail({ text: 'Mój PESEL to tajemnica.' });
  await house.mail({ from: { address: 'ola@customer.test', name: 'Ola' }, subject: 'Faktura', text: 'Gdzie faktura?' });
  await house.anna.get('/conversations/1');
  t.is((await house.anna.post('/conversations/merger', { ids: '1,2', into: '1' })).location, '/conversations/1');
  const page = await house.anna.get('/conversations/1');
  t.is(seenIn(page), '2');
  const sent = () => house.scope.db('messages').where({ direction: 'outbound' }).pluck('conversation_id');
  return { ...house, sent };
}

/** The answer is stopped with all its words, and the next composer names what is there now. */
async function stopped(t: ExecutionContext<unknown>, { anna, sent }: Awaited<ReturnType<typeof mixedUp>>) {
  const answer = await anna.post('/conversations/1/messages', { ...TO_OLA, seenMessageId: '2' });
  t.is(answer.status, 422);
  t.deepEqual(await sent(), []);
  for (const part of [/przeniesiona do innej rozmowy/, /Pani faktura jest gotowa\./]) t.regex(answer.text, part);
  t.is(seenIn(answer), '1');
  t.is((await anna.post('/conversations/1/messages', { ...TO_OLA, seenMessageId: '1' })).status, 303, 'who means it may');
  t.deepEqual(await sent(), [1]);
}

test('an answer to a message that was split off while it was written is stopped: it would quote somebody else’s', async (t) => {
  const house = await mixedUp(t);
  t.is((await house.anna.post('/messages/2/transfer', { extent: 'one', to: '' })).location, '/conversations/3');
  await stopped(t, house);
});

test('so is one whose merge was undone meanwhile', async (t) => {
  const house = await mixedUp(t);
  const { id } = await house.scope.db('transfers').first('id');
  t.is((await house.anna.post(`/transfers/${id}/reversal`)).location, '/conversations/1');
  await stopped(t, house);
});

test('an answer after a message that was taken back goes out', async (t) => {
  const { mail, anna, scope } = await workspaceFor(t);
  await mail({});
  await anna.get('/conversations/1');
  await anna.post('/conversations/1/messages', { kind: 'reply', to: 'jan@customer.test', text: 'Za wcześnie' });
  t.is((await anna.post('/messages/2/withdrawal')).status, 303);
  const answer = { kind: 'reply', to: 'jan@customer.test', text: 'Teraz', seenMessageId: '2' };
  t.is((await anna.post('/conversations/1/messages', answer)).status, 303);
  t.deepEqual(await scope.db('messages').where({ direction: 'outbound' }).pluck('text'), ['Teraz']);
});
