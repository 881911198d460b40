import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { dayAfter } from '../../core/lib/day.ts';
import { clausesOf } from '../../core/search/clauses.ts';
import { startOf } from '../../core/search/days.ts';
import { type Dates, findMessages } from '../../core/search/find.ts';
import { termsOf } from '../../core/search/terms.ts';
import { wordsBetween, wordsOfTime } from '../../core/search/time-words.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { houseFor } from '../support/house.ts';

test('words before and after a day are found by when a message was written, also where an archive or a connected mailbox came later', async (t) => {
  const { mail, agentScope, pass } = await houseFor(t);
  const history = (arrivedAt: string, subject: string) =>
    mail({
      from: { address: `${subject}@shop.test`, name: null },
      subject,
      text: 'faktura',
      arrivedAt: new Date(arrivedAt),
      isHistory: true,
    });
  await mail({ from: { address: 'a@shop.test', name: null }, subject: 'november', text: 'faktura' });
  pass(60);
  // The newest first, as an account is read.
  await history('2026-10-31T22:59:59.000Z', 'october');
  await history('2025-12-31T23:00:00.000Z', 'january');
  await history('2025-12-31T22:59:59.000Z', 'sylvester');
  await history('2019-03-04T05:06:07.000Z', 'old');
  pass(60 * 24 * 30);
  await mail({ from: { address: 'b@shop.test', name: null }, subject: 'december', text: 'faktura' });
  const found = async (q: string) => (await listConversations(agentScope, { q })).items.map(({ subject }) => subject);
  const expected: Readonly<Record<string, readonly string[]>> = {
    'faktura after:2026-12': ['december'],
    'faktura after:2026-11': ['december', 'november'],
    'faktura after:2026-10': ['december', 'november', 'october'],
    'faktura after:2026': ['december', 'november', 'october', 'january'],
    'faktura before:2026': ['sylvester', 'old'],
    'faktura before:2026-11': ['october', 'january', 'sylvester', 'old'],
    'faktura after:2025 before:2026-11': ['october', 'january', 'sylvester'],
    'faktura after:2026-11-24 before:2026-11-25': ['november'],
    'faktura -subject:old before:2020': [],
    'faktura after:2019-03-04 before:2019-03-05': ['old'],
    'faktura before:2019': [],
    'faktura after:2027': [],
  };
  for (const [q, subjects] of Object.entries(expected)) t.deepEqual(await found(q), subjects, q);
});

test('a span of days is the fewest years, months and days that make it up, and holds exactly those', (t) => {
  const between = (after: string, before: string) =>
    wordsBetween(new Date(after), new Date(before)).map((word) => word.replace('\ue005', ''));
  t.deepEqual(between('2024-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), ['2024', '2025']);
  t.deepEqual(between('2025-11-29T23:00:00Z', '2026-02-02T00:00:00.001Z'), [
    '20251129',
    '20251130',
    '202512',
    '202601',
    '20260201',
    '20260202',
  ]);
  t.deepEqual(between('2024-02-28T23:59:59.999Z', '2024-03-01T00:00:00Z'), ['20240228', '20240229']);
  t.deepEqual(between('0001-01-01T00:00:00Z', '1971-01-01T00:00:00Z'), ['1970'], 'nothing is older than a clock can be');
  t.deepEqual(between('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z'), []);
  const [first, days] = ['2023-12-25', 800];
  const start = (n: number) => new Date(`${dayAfter(first, n)}T00:00:00Z`);
  for (let from = 0; from < days; from += 37)
    for (let to = from + 1; to < days; to += 41) {
      const words = new Set(wordsBetween(start(from), start(to)));
      for (let day = 0; day < days; day += 1)
        if (
          wordsOfTime(start(day))
            .split(' ')
            .filter((word) => words.has(word)).length !== (day >= from && day < to ? 1 : 0)
        )
          t.fail(`${from} ${to} ${day}`);
    }
});

test('a search may begin in 1970 and end in the middle of a year, whatever lies between', async (t) => {
  const { mail, agentScope, pass } = await houseFor(t);
  const from = { address: 'a@shop.test', name: null };
  await mail({ from, subject: 'first', text: 'faktura', arrivedAt: new Date('1970-02-03T12:00:00Z'), isHistory: true });
  for (let n = 0; n < 3; n += 1) {
    await mail({ from, subject: `${n}`, text: 'faktura' });
    pass(60 * 24);
  }
  const { items } = await listConversations(agentScope, { q: 'faktura after:1970-02-02 before:2026-11-26' });
  t.deepEqual(
    items.map(({ subject }) => subject),
    ['1', '0', 'first'],
  );
});

test('days of a search are those of the time zone that the company set, and yesterday is a day before today when a day has 25 hours', async (t) => {
  const { mail, agentScope, scope, pass } = await houseFor(t);
  await mail({
    from: { address: 'a@shop.test', name: null },
    subject: 'late',
    text: 'faktura',
    arrivedAt: new Date('2026-11-24T02:00:00Z'),
    isHistory: true,
  });
  pass(60);
  const found = async (q: string) => (await listConversations(agentScope, { q })).items.length;
  t.deepEqual([await found('faktura before:2026-11-24'), await found('before:2026-11-24')], [0, 0], 'in Warsaw it is the 24th already');
  await changeGeneral(scope, { timeZone: 'America/New_York' });
  t.deepEqual([await found('faktura before:2026-11-24'), await found('before:2026-11-24')], [1, 1], 'in New York it is the 23rd');
  const yesterday = startOf('yesterday', new Date('2026-10-25T22:30:00.000Z'), 'Europe/Warsaw');
  t.is(yesterday?.toISOString(), '2026-10-23T22:00:00.000Z');
});

test('of a common word the messages that are newest by their time are looked at, whatever was fetched or imported later', async (t) => {
  const { mail, scope, pass } = await houseFor(t);
  const from = { address: 'a@shop.test', name: null };
  const live: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    live.unshift((await mail({ from, subject: n === 2 ? 'reklama' : 'x', text: 'faktura' })).messageId);
    pass(60 * 24 * 20);
  }
  const old: number[] = [];
  for (const year of [2019, 2018, 2024])
    old.push((await mail({ from, text: 'faktura', arrivedAt: new Date(`${year}-06-01T08:00:00Z`), isHistory: true })).messageId);
  const found = async (q: string, limit: number, dates: Dates = { after: null, before: null }) =>
    (await findMessages(scope, termsOf(clausesOf(q)), dates, limit)).ids;
  t.deepEqual(await found('faktura', 2), live.slice(0, 2));
  t.deepEqual(await found('faktura', 4), live);
  t.deepEqual(await found('faktu', 4), live);
  t.deepEqual(await found('faktura', 5), [old[2], ...live], 'then those of the years before');
  t.deepEqual(await found('-reklama faktura', 4), [live[0], live[2], live[3]]);
  const before = { after: null, before: new Date('2020-01-01T00:00:00Z') };
  t.deepEqual(await found('faktura', 1, before), [old[0]]);
  t.deepEqual((await found('faktura', 10)).length, 7);
});
