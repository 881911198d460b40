import test from 'ava';
import { BYTE_ORDER_MARK, csvRow } from '../../core/lib/csv.ts';
import { bucketOf, quantile } from '../../core/statistics/buckets.ts';
import { clockOf } from '../../core/statistics/clock.ts';
import { count, difference } from '../../core/statistics/count.ts';
import { namedPeriod, readPeriod } from '../../core/statistics/period.ts';
import type { Story, StoryMessage } from '../../core/statistics/types.ts';
import { USUAL_DAYS } from '../../core/working-hours/types.ts';

const RULES = {
  hours: { timeZone: 'Europe/Warsaw', days: USUAL_DAYS, holidays: [] },
  clock: clockOf('Europe/Warsaw'),
  targetSeconds: 4 * 3600,
};
const customer = (at: string): StoryMessage => ({ authorId: null, at: new Date(at) });
const agent = (at: string, authorId = 7): StoryMessage => ({ authorId, at: new Date(at) });
const story = (messages: readonly StoryMessage[], more: Partial<Story> = {}): Story =>
  ({
    ...{ id: 1, folderId: 1, inboxId: 1, labelIds: [], isSpam: false, isClosed: false },
    ...{ createdAt: messages[0]?.at ?? new Date(0), messages, endings: [], reads: [], joins: new Map(), others: [], ...more },
  }) as Story;
/** "day agent measure bucket" and how many. */
const facts = (one: Story): Readonly<Record<string, number>> =>
  Object.fromEntries(count(one, RULES).facts.map(([day, who, measure, bucket, n]) => [`${day} ${who} ${measure} ${bucket}`, n]));

test('a time of no more than the target in working hours is on time, however long the night was', (t) => {
  // Tuesday 16:30 to Wednesday 9:00 is an hour and a half of work.
  t.deepEqual(facts(story([customer('2026-11-24T15:30:00Z'), customer('2026-11-24T15:40:00Z'), agent('2026-11-25T08:00:00Z')])), {
    '2026-11-24 0 received 0': 2,
    '2026-11-24 0 hour 16': 2,
    '2026-11-24 0 opened 0': 1,
    '2026-11-25 7 sent 0': 1,
    '2026-11-25 7 answers 0': 1,
    '2026-11-25 7 onTime 0': 1,
    [`2026-11-25 7 answer ${bucketOf(5400)}`]: 1,
    [`2026-11-25 7 first ${bucketOf(5400)}`]: 1,
  });
  const late = facts(story([customer('2026-11-24T08:00:00Z'), agent('2026-11-24T12:00:01Z')]));
  t.is(late['2026-11-24 7 onTime 0'], undefined);
  t.is(late['2026-11-24 7 answers 0'], 1);
});

test('what an agent writes without a customer waiting is sent, but no answer', (t) => {
  const own = facts(story([agent('2026-11-24T08:00:00Z'), customer('2026-11-24T09:00:00Z'), agent('2026-11-24T10:00:00Z', 8)]));
  t.is(own['2026-11-24 7 sent 0'], 1);
  t.is(own['2026-11-24 7 answers 0'], undefined);
  t.is(own['2026-11-24 8 answers 0'], 1);
  t.is(own['2026-11-24 0 opened 0'], undefined, 'an agent began it');
});

test('closing or ignoring a conversation ends the wait: thanks of last month make no answer of today late', (t) => {
  const messages = [customer('2026-11-02T08:00:00Z'), customer('2026-11-24T08:00:00Z'), agent('2026-11-24T09:00:00Z')];
  for (const kind of ['closed', 'ignored'] as const) {
    const found = facts(story(messages, { endings: [{ kind, agentId: 8, at: new Date('2026-11-02T09:00:00Z') }] }));
    t.is(found[`2026-11-24 7 answer ${bucketOf(3600)}`], 1, kind);
    t.is(found['2026-11-02 8 closed 0'], kind === 'closed' ? 1 : undefined);
  }
});

test('the time until closed counts once, where a conversation stays closed, for whoever closed it last', (t) => {
  const endings = [
    { kind: 'closed', agentId: 7, at: new Date('2026-11-24T09:00:00Z') },
    { kind: 'closed', agentId: 8, at: new Date('2026-11-24T11:00:00Z') },
  ] as const;
  const closed = facts(story([customer('2026-11-24T08:00:00Z')], { endings, isClosed: true }));
  t.is(closed[`2026-11-24 8 resolution ${bucketOf(3 * 3600)}`], 1);
  t.is(Object.keys(closed).filter((key) => key.includes('resolution')).length, 1);
  t.is(Object.keys(facts(story([customer('2026-11-24T08:00:00Z')], { endings }))).filter((key) => key.includes('resolution')).length, 0);
});

test('what is in spam counts nowhere', (t) => {
  t.deepEqual(count(story([customer('2026-11-24T08:00:00Z')], { isSpam: true }), RULES).facts, []);
});

test('a conversation that is counted again changes only what became different, for each of its labels', (t) => {
  const before = count(story([customer('2026-11-24T08:00:00Z')]), RULES);
  t.is(difference(before, before).size, 0);
  const after = { ...before, labelIds: [5] as unknown as Story['labelIds'] };
  t.deepEqual([...difference(before, after).keys()].sort(), [
    '5 hour 2026-11-24 9 1 1 0',
    '5 opened 2026-11-24 0 1 1 0',
    '5 received 2026-11-24 0 1 1 0',
  ]);
  t.deepEqual([...difference(after, null).values()], [-1, -1, -1, -1, -1, -1]);
});

test('the median of counted times is no more than a twentieth off', (t) => {
  t.is(quantile(new Map(), 0.5), null);
  for (const seconds of [30, 61, 600, 3_600, 14_399, 86_400, 1_000_000]) {
    const found = quantile(new Map([[bucketOf(seconds), 9]]), 0.5) ?? 0;
    t.true(Math.abs(found - seconds) <= Math.max(30, seconds * 0.055), `${seconds}: ${found}`);
  }
  const many = new Map<number, number>();
  for (let seconds = 1; seconds <= 10_000; seconds += 1) many.set(bucketOf(seconds), (many.get(bucketOf(seconds)) ?? 0) + 1);
  t.true(Math.abs((quantile(many, 0.5) ?? 0) - 5_000) < 100);
  t.true(Math.abs((quantile(many, 0.9) ?? 0) - 9_000) < 300);
});

test('a file for spreadsheets holds no formula, whatever people are called', (t) => {
  t.is(csvRow(['=1+1', '-2', '@x', '+48', 'a;"b"', 1.5, null], 'pl'), `'=1+1;'-2;'@x;'+48;"a;""b""";1,5;\r\n`);
  t.is(csvRow(['a,b', '\tx', 1.5], 'en'), `"a,b",'\tx,1.5\r\n`);
  t.is(BYTE_ORDER_MARK.length, 1);
});

test('a period that was typed the wrong way round is turned, and is a year at most', (t) => {
  t.deepEqual(readPeriod('2026-11-20', '2026-11-10', '2026-11-26'), { from: '2026-11-10', until: '2026-11-20' });
  t.deepEqual(readPeriod('', '', '2026-11-26'), { from: '2026-10-28', until: '2026-11-26' });
  t.deepEqual(readPeriod('1999-01-01', 'nonsense', '2026-11-26'), { from: '2025-11-26', until: '2026-11-26' });
  t.deepEqual(namedPeriod('lastMonth', '2026-03-05'), { from: '2026-02-01', until: '2026-02-28' });
});
