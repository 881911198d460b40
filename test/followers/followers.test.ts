import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { composeMessage } from '../../core/deliveries/compose.ts';
import { claimDue } from '../../core/deliveries/due-store.ts';
import { followersOf } from '../../core/followers/follow.ts';
import { mentionedIn } from '../../core/followers/mentioned.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { addNote } from '../../core/messages/note.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { houseFor } from '../support/house.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

test('a note names people by "@" and their whole name or e-mail, and nobody whose name only begins so', (t) => {
  const people = [
    { id: 1, name: 'Jan Kos', email: 'jan@firma.pl' },
    { id: 2, name: 'Żaneta Łoś-Nowak', email: 'zaneta@firma.pl' },
    { id: 3, name: '', email: 'bez@firma.pl' },
  ];
  for (const [text, ids] of [
    ['@Jan Kos, sprawdź proszę', [1]],
    ['(@jan  kos)', [1]],
    ['@Jan Kosowski', []],
    ['x@Jan Kos', []],
    ['Jan Kos', []],
    ['@Jan Kosowski i @Jan Kos.', [1]],
    ['@żaneta łoś-nowak i @bez@firma.pl', [2, 3]],
    ['@ nikt', []],
  ] as const)
    t.deepEqual(mentionedIn(text, people), ids, text);
});

test('whom a note names is told of it, follows the conversation and hears of what the customer answers, until he stops', async (t) => {
  const { anna, base, mail, piotr, scope, endpoints, agentId } = await workspaceFor(t);
  await scope.db('agents').where({ id: piotr }).update({ first_name: 'Piotr', last_name: 'Wrona' });
  const { conversationId } = await mail({ externalId: 'first@customer.test' });
  const told = async () => {
    const { items } = await listNotifications({ ...scope, actor: { kind: 'agent', id: piotr } }, piotr, { unreadOnly: true });
    return items.map(({ kind, why, reason }) => `${kind} ${why} ${reason}`);
  };
  const html = '<p>@Piotr&nbsp;Wrona ile to kosztuje?</p><p>@Anna Nowak</p>';
  await addNote(scope, endpoints, { conversationId, authorId: agentId, text: '', html, attachments: [] });
  t.deepEqual(
    (await told()).map((one) => one.replace(/\s+/g, ' ')),
    ['mentioned mentioned @Piotr Wrona ile to kosztuje? @Anna Nowak'],
  );
  t.like(await followersOf(scope, conversationId), [{ agentId: piotr, name: 'Piotr Wrona', why: 'mentioned' }]);

  const other = httpClient(base);
  signIn(other, piotr);
  await other.get('/conversations/1');
  await other.post('/conversations/1/reads', { lastMessageId: '2' });
  t.deepEqual(await told(), [], 'he has read it');
  await mail({ references: ['first@customer.test'], text: 'I co z moją paczką?' });
  t.deepEqual(await told(), ['followed_message follower I co z moją paczką?']);

  t.true((await other.get('/conversations/1')).text.includes('Nie obserwuj'));
  await other.post('/conversations/1/reads', { lastMessageId: '3' });
  t.is((await other.post('/conversations/1/following', { following: 'no' })).status, 303);
  await mail({ references: ['first@customer.test'] });
  t.deepEqual([await told(), await followersOf(scope, conversationId)], [[], []]);
  await other.post('/conversations/1/following', { following: 'yes' });
  await other.post('/conversations/1/assignment', { agentId: String(piotr) });
  await mail({ references: ['first@customer.test'] });
  t.deepEqual(
    (await told()).map((one) => one.split(' ')[0]),
    ['message_received'],
    'of his own conversation he hears once',
  );
  t.regex((await anna.get('/followers/people')).text, /<option>Piotr Wrona<\/option>/);
  await anna.get('/conversations');
  t.is((await anna.post('/conversations/9/following', { following: 'yes' })).status, 404);
  t.is((await anna.post('/conversations/1/following', { following: 'maybe' })).status, 400);
});

test('no word of a note goes out with an answer, not with what is quoted either', async (t) => {
  const house = await houseFor(t);
  const { scope, endpoints, agentId } = house;
  const { conversationId } = await house.mail({ text: 'Ile to kosztuje?' });
  const written = { conversationId, authorId: agentId, html: null, attachments: [] };
  await addNote(scope, endpoints, { ...written, text: '@Anna Nowak TAJNE: damy 20% rabatu' });
  await replyToConversation(scope, endpoints, { ...written, text: 'Cena to 100 zł.', quoted: true });
  await addNote(scope, endpoints, { ...written, text: 'TAJNE też po odpowiedzi' });
  house.pass(5);
  const [first, ...others] = await transact(scope, (tx) => claimDue(tx, scope.now()));
  if (!first) return t.fail('nothing to send');
  const sent = await composeMessage(scope, { has: async () => true, path: () => '' }, [first, ...others]);
  t.regex(sent.text, /Cena to 100 zł\.[\s\S]*Ile to kosztuje\?/);
  t.notRegex(JSON.stringify(sent), /TAJNE|rabatu/);
});

test('who followed a conversation that was merged follows what became of it', async (t) => {
  const house = await houseFor(t);
  const { conversationId: from } = await house.mail({});
  const { conversationId: into } = await house.mail({});
  await house.scope.db('followers').insert({ conversation_id: from, agent_id: house.agentId, why: 'self', followed_at: 'x' });
  await house.scope.db('conversations').where({ id: from }).update({ merged_into_id: into });
  t.like(await followersOf(house.scope, into as ConversationId), [{ agentId: house.agentId }]);
});
