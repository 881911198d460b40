import test from 'ava';
import { keptOf, newestOf } from '../../core/backups/newest.ts';
import type { Snapshot } from '../../core/backups/restic.ts';

const NOW = new Date('2026-11-29T03:00:00Z');

const made = (id: string, at: string, isVerified = true): Snapshot => ({
  id,
  shortId: id,
  at: new Date(at),
  original: null,
  tags: [],
  isVerified,
  bytes: null,
  machine: null,
});

test('the newest backup is the last good one, and not one of a clock that was ahead unless there is no other', (t) => {
  const old = made('old', '2026-11-27T02:00:00Z');
  const last = made('last', '2026-11-28T02:00:00Z');
  const bad = made('bad', '2026-11-29T02:00:00Z', false);
  const slightly = made('slightly', '2026-11-29T03:20:00Z');
  const ahead = made('ahead', '2027-11-29T02:00:00Z');
  t.is(newestOf([old, last, bad], NOW), last);
  t.is(newestOf([old, last, ahead], NOW), last);
  t.is(newestOf([old, last, slightly, ahead], NOW), slightly);
  t.is(newestOf([bad, ahead], NOW), ahead, 'whether it is whole counts more');
  t.is(newestOf([bad], NOW), bad);
  t.is(newestOf([], NOW), undefined);
});

test('of each day, week and month the last good backup stays, and one of a clock that was ahead takes the place of none', (t) => {
  const [sunday, monday, early, late, today] = [
    made('sunday', '2026-10-18T12:00:00Z'),
    made('monday', '2026-11-23T12:00:00Z'),
    made('early', '2026-11-28T11:00:00Z'),
    made('late', '2026-11-28T12:00:00Z'),
    made('today', '2026-11-29T02:50:00Z'),
  ];
  const good = [sunday, monday, early, late, today];
  t.deepEqual(keptOf(good, { daily: 1, weekly: 0, monthly: 0 }, today, 'Europe/Warsaw'), [today]);
  t.deepEqual(keptOf(good, { daily: 2, weekly: 0, monthly: 2 }, today, 'Europe/Warsaw'), [sunday, late, today]);
  t.deepEqual(keptOf(good, { daily: 1, weekly: 2, monthly: 0 }, today, 'Europe/Warsaw'), [sunday, today], 'monday is of the week of today');
  t.deepEqual(keptOf(good, { daily: 3, weekly: 0, monthly: 0 }, today, 'Europe/Warsaw'), [monday, late, today]);
  const ahead = [made('hours', '2026-11-29T07:00:00Z'), made('days', '2026-12-03T02:00:00Z'), made('years', '2030-11-29T02:00:00Z')];
  t.deepEqual(
    keptOf([...good, ...ahead], { daily: 1, weekly: 0, monthly: 0 }, today, 'Europe/Warsaw'),
    [today, ...ahead],
    'the last good one stays',
  );
  t.deepEqual(keptOf([...good, ...ahead], { daily: 2, weekly: 0, monthly: 0 }, today, 'Europe/Warsaw'), [late, today, ...ahead]);
  const slightly = made('slightly', '2026-11-29T03:20:00Z');
  t.deepEqual(
    keptOf([...good, slightly], { daily: 1, weekly: 0, monthly: 0 }, today, 'Europe/Warsaw'),
    [today, slightly],
    'what was just made is the newest of its day',
  );
});

test('a backup made after midnight in the company is of the new month, wherever the machine thinks that it is', (t) => {
  const [november, december] = [made('november', '2026-11-30T01:30:00Z'), made('december', '2026-11-30T23:30:00Z')];
  const keep = { daily: 0, weekly: 0, monthly: 2 };
  t.deepEqual(keptOf([november, december], keep, december, 'Europe/Warsaw'), [november, december]);
  t.deepEqual(keptOf([november, december], keep, december, 'UTC'), [december]);
});
