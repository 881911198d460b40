import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { isPostgres } from '../../core/db/dialect.ts';
import type { Scope } from '../../core/db/scope.ts';
import { transact } from '../../core/db/scope.ts';
import type { MessageId } from '../../core/lib/ids.ts';
import { MAX_HITS } from '../../core/search/find.ts';
import { insertAllWords } from '../../core/search/store.ts';
import { wordsOf } from '../../core/search/words.ts';
import { houseFor } from '../support/house.ts';

const conversationsWithWords = async (scope: Scope, q: string) => (await listConversations(scope, { q })).items.map((row) => row.id);

test('words are folded, split at everything else and kept once', (t) => {
  t.deepEqual(wordsOf('Zażółć GĘŚLĄ, zażółć-jaźń! (jan@x.test) 48 600'), ['zazolc', 'gesla', 'jazn', 'jan', 'x', 'test', '48', '600']);
  t.deepEqual(wordsOf("'; -- \0 \ud800 …"), []);
  t.is(wordsOf('x'.repeat(1_000))[0]?.length, 64);
  t.is(wordsOf(Array.from({ length: 30_000 }, (_, n) => `w${n}`).join(' ')).length, 10_000);
});

test('a message is found by its words, its subject and its sender', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({
    subject: 'Zamówienie 17/2026',
    text: 'Proszę o fakturę',
    from: { address: 'ewa.nowak@firma.test', name: 'Ewa Łącka' },
  });
  for (const q of ['fakture', 'FAKTURĘ prosze', 'zamowienie 17', 'lacka', 'ewa.nowak@firma.test', 'fakt', '2026 zamó'])
    t.deepEqual(await conversationsWithWords(scope, q), [conversationId], q);
  for (const q of ['!!!', 'faktury', 'akture', 'prosze inne']) t.deepEqual(await conversationsWithWords(scope, q), [], q);
});

test('words in different messages of a conversation are not one hit', async (t) => {
  const { mail, scope } = await houseFor(t);
  await mail({ externalId: 'a@x', text: 'alpha' });
  await mail({ references: ['a@x'], text: 'beta' });
  t.is((await conversationsWithWords(scope, 'alpha')).length, 1);
  t.is((await conversationsWithWords(scope, 'alpha beta')).length, 0);
});

test('what people type into a search box never breaks it', async (t) => {
  const { mail, scope } = await houseFor(t);
  await mail({ text: 'near and or not' });
  for (const q of [
    '" OR 1',
    "' | '",
    'NEAR(a b)',
    'words:x',
    'a*',
    '(',
    '\\',
    '\0',
    'AND',
    'not',
    '-x',
    '^x',
    '{a b}',
    'ß ſ ﬁ',
    '日本',
    `${'w '.repeat(500)}`,
  ])
    await t.notThrowsAsync(conversationsWithWords(scope, q), q);
  t.is((await conversationsWithWords(scope, 'NOT and')).length, 1);
});

test('a deleted message is found no more', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({ text: 'secret' });
  await scope.db('conversations').where({ id: conversationId }).delete();
  t.is((await scope.db('message_search')).length, 0);
  t.deepEqual(await conversationsWithWords(scope, 'secret'), []);
});

test('a message that was rolled back is found nowhere', async (t) => {
  const { scope } = await houseFor(t);
  const write = transact(scope, async (tx) => {
    if (!isPostgres(tx.db)) await insertAllWords(tx, [[1 as MessageId, 'ghost']]);
    throw new Error('stop');
  });
  await t.throwsAsync(write, { message: 'stop' });
  t.is((await scope.db('message_search')).length, 0);
});

test(`of a common word the newest ${MAX_HITS} messages are looked at`, async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({ text: 'common' });
  const newer = await mail({ text: 'other', from: { address: 'b@x.test', name: null } });
  const { id: _, ...row } = await scope.db('messages').where({ id: newer.messageId }).first();
  for (let n = 0; n < MAX_HITS; n += 1) {
    const [made] = await scope
      .db('messages')
      .insert({ ...row, external_id_hash: null })
      .returning('id');
    await transact(scope, (tx) => insertAllWords(tx, [[made.id, 'common']]));
  }
  t.deepEqual(await conversationsWithWords(scope, 'common'), [newer.conversationId]);
  await scope.db('messages').where('id', '>', newer.messageId).delete();
  t.deepEqual(await conversationsWithWords(scope, 'common'), [conversationId]);
});
