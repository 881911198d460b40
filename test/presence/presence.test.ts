import test from 'ava';
import type { AgentId, ConversationId } from '../../core/lib/ids.ts';
import { createPresence } from '../../core/presence/presence.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const [EWA, JAN] = [
  { id: 1 as AgentId, name: 'Ewa Lis' },
  { id: 2 as AgentId, name: 'Jan Kos' },
];
const ID = 7 as ConversationId;

test('who looks at a conversation is gone after fifty silent seconds, who answers after three minutes, and only changes are told', (t) => {
  const poked: string[] = [];
  let nowMs = 0;
  const presence = createPresence(
    (names) => poked.push(names.join()),
    () => new Date(nowMs),
  );
  t.teardown(presence.close);
  const pass = (seconds: number): void => {
    nowMs += seconds * 1_000;
    presence.sweep();
  };
  const seenByEwa = () => presence.others(ID, EWA.id).map(({ name, isAnswering }) => `${name} ${isAnswering}`);
  presence.note(ID, JAN, 'looking');
  presence.note(ID, JAN, 'looking');
  t.deepEqual([seenByEwa(), presence.others(ID, JAN.id), poked], [['Jan Kos false'], [], ['presence-7@but-2']]);
  presence.note(ID, JAN, 'answering');
  presence.note(ID, JAN, 'looking');
  t.deepEqual([seenByEwa(), poked.splice(0)], [['Jan Kos true'], ['presence-7@but-2', 'presence-7@but-2,conversations@7@but-2']]);
  pass(170);
  t.deepEqual(seenByEwa(), ['Jan Kos true'], 'he reads, or asks somebody');
  presence.note(ID, JAN, 'looking');
  pass(11);
  t.deepEqual([seenByEwa(), poked.splice(0)], [['Jan Kos false'], ['presence-7@but-2,conversations@7@but-2']]);
  pass(51);
  t.deepEqual([seenByEwa(), poked.splice(0)], [[], ['presence-7@but-2']]);
  presence.note(ID, JAN, 'answering');
  presence.finish(ID, JAN.id);
  t.deepEqual(seenByEwa(), ['Jan Kos false'], 'his answer is sent');
  presence.note(ID, JAN, 'left');
  presence.note(ID, JAN, 'left');
  t.deepEqual(
    [seenByEwa(), poked],
    [[], ['presence-7@but-2,conversations@7@but-2', 'presence-7@but-2,conversations@7@but-2', 'presence-7@but-2']],
  );
});

test('whoever opens a conversation in which a colleague answers sees his name there and in the list until the answer is sent', async (t) => {
  const { anna, base, mail, piotr, nobody } = await workspaceFor(t);
  await mail({});
  const other = httpClient(base);
  signIn(other, piotr);
  await other.get('/conversations/1');
  t.is((await other.post('/conversations/1/presence', { state: 'looking' })).status, 204);
  const opened = (await anna.get('/conversations/1')).text;
  t.true(opened.includes('Ewa Nr 2 też na to patrzy'));
  t.false(opened.includes('już odpowiada'));
  await other.post('/conversations/1/presence', { state: 'answering' });
  for (const path of ['/conversations/1', '/conversations', '/conversations/1/presence'])
    t.true((await anna.get(path)).text.includes('Ewa Nr 2 już odpowiada'), path);
  t.false((await other.get('/conversations/1')).text.includes('Ewa Nr 2 już odpowiada'), 'of himself nobody is told');
  await other.post('/conversations/1/messages', { kind: 'reply', text: 'Gotowe', to: 'jan@customer.test' });
  t.false((await anna.get('/conversations')).text.includes('już odpowiada'));
  t.is((await anna.post('/conversations/1/presence', { state: 'asleep' })).status, 400);
  t.is((await anna.post('/conversations/9/presence', { state: 'looking' })).status, 404);
  t.is((await nobody.get('/conversations/1/presence')).status, 303);
});

test('an answer is stopped when a colleague was faster: its author looks, sends it anyway or keeps it, also without scripts', async (t) => {
  const { anna, base, mail, piotr, scope } = await workspaceFor(t);
  const { messageId } = await mail({});
  const other = httpClient(base);
  signIn(other, piotr);
  await other.get('/conversations/1');
  await anna.get('/conversations/1');
  await other.post('/conversations/1/messages', { kind: 'reply', text: 'Już w drodze', to: 'jan@customer.test' });
  const reply = { kind: 'reply', text: 'Sprawdzam', to: 'jan@customer.test' };
  const stopped = await anna.post('/conversations/1/messages', { ...reply, seenMessageId: String(messageId) });
  t.is(stopped.status, 422);
  t.regex(stopped.text, /odpowiedź już poszła \(Anna Nowak, [\s\S]*href="#message-2"[\s\S]*Wyślij mimo to[\s\S]*draft\/keeping/);
  t.true(stopped.text.includes('Już w drodze'), 'the newer message is there to read');
  const kept = await anna.post('/conversations/1/draft/keeping', { ...reply, text: 'Sprawdzam dalej' });
  t.deepEqual([kept.status, kept.location], [303, '/conversations/1']);
  const again = (await anna.get('/conversations/1')).text;
  t.true(again.includes('Sprawdzam dalej</textarea>'));
  t.false(again.includes('Wyślij mimo to'));
  const seen = /name="seenMessageId" value="(\d+)"/.exec(stopped.text)?.[1] ?? '';
  t.is((await anna.post('/conversations/1/messages', { ...reply, seenMessageId: seen })).status, 303, 'sent anyway');
  t.is((await scope.db('messages').where({ direction: 'outbound' })).length, 2);
});
