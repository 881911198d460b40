import test from 'ava';
import { blockedAmong, blockSender, listBlockedSenders, unblockSender } from '../../core/blocked-senders/block.ts';
import { blockingValues, parseBlocked } from '../../core/blocked-senders/value.ts';
import { houseFor } from '../support/house.ts';

test('an address or a domain can be blocked, in any spelling', (t) => {
  t.deepEqual(parseBlocked(' Jan@Spam.TEST '), { kind: 'address', value: 'jan@spam.test' });
  t.deepEqual(parseBlocked('@Spam.test'), { kind: 'domain', value: 'spam.test' });
  t.deepEqual(parseBlocked('żółw.test'), { kind: 'domain', value: 'xn--w-uga1v8h.test' });
  for (const wrong of ['', 'test', '.test', 'a b.test', 'jan@', 'http://spam.test', '*', '%', 'spam..test', `${'x'.repeat(64)}.test`])
    t.is(parseBlocked(wrong), null, wrong);
});

test('a wildcard means the domain that it stands before, and is refused where it would block nobody', (t) => {
  for (const typed of ['*@spam.test', '*.spam.test', '.spam.test', 'spam.test.'])
    t.deepEqual(parseBlocked(typed), { kind: 'domain', value: 'spam.test' }, typed);
  for (const wrong of ['jan*@spam.test', 'jan@*.test', '*@*', 'spam.*', '*.test']) t.is(parseBlocked(wrong), null, wrong);
});

test('names in front of a blocked domain do not lead around it, however many', (t) => {
  for (const names of ['a.b.c.d.e.f.', 'a.b.c.d.e.f.g.', 'a.'.repeat(60)])
    t.true(blockingValues(`x@${names}spam.test`).includes('spam.test'), names);
  t.true(blockingValues(`x@${'a.'.repeat(20)}spam.test`).includes(`${'a.'.repeat(20)}spam.test`));
});

test('an address is blocked by itself, its domain and every domain above, but not by a bare top-level domain', (t) => {
  t.deepEqual(blockingValues('Jan@mail.spam.test'), ['jan@mail.spam.test', 'mail.spam.test', 'spam.test']);
});

test('a blocked domain blocks what is below it and nothing that merely ends so', async (t) => {
  const { scope, agentScope } = await houseFor(t);
  await blockSender(agentScope, 'spam.test');
  const asked = ['a@spam.test', 'A@News.Spam.test', 'a@notspam.test', 'a@test'];
  t.deepEqual([...(await blockedAmong(scope, asked))], ['a@spam.test', 'A@News.Spam.test']);
});

test('blocking twice keeps one entry with who did it first, and taking it off frees the sender', async (t) => {
  const { scope, agentScope, events } = await houseFor(t);
  await blockSender(agentScope, 'jan@spam.test');
  await blockSender(scope, 'JAN@spam.test');
  const { items } = await listBlockedSenders(scope, '', null);
  t.is(items.length, 1);
  t.is(items[0]?.author?.firstName, 'Anna');
  await unblockSender(agentScope, items[0]?.id ?? 0);
  t.is((await blockedAmong(scope, ['jan@spam.test'])).size, 0);
  t.deepEqual(await events(), ['sender.blocked', 'sender.unblocked']);
  await t.throwsAsync(unblockSender(agentScope, 999), { code: 'not_found' });
  await t.throwsAsync(blockSender(agentScope, 'nonsense'), { code: 'invalid' });
});

test('the list of blocked senders is read page by page in the order of the alphabet and narrowed by its beginning', async (t) => {
  const { scope } = await houseFor(t);
  for (let n = 0; n < 55; n += 1) await blockSender(scope, `a${String(n).padStart(2, '0')}@spam.test`);
  await blockSender(scope, 'b_%@spam.test');
  const first = await listBlockedSenders(scope, '', null);
  t.is(first.items.length, 50);
  const second = await listBlockedSenders(scope, '', first.next);
  t.deepEqual(second.items.map(({ value }) => value).slice(-2), ['a54@spam.test', 'b_%@spam.test']);
  t.is(second.next, null);
  t.deepEqual(
    (await listBlockedSenders(scope, '@B', null)).items.map(({ value }) => value),
    ['b_%@spam.test'],
  );
  t.is((await listBlockedSenders(scope, '%', null)).items.length, 0);
});
