import test from 'ava';
import { newestOf } from '../../core/backups/newest.ts';
import type { Snapshot } from '../../core/backups/restic.ts';

const NOW = new Date('2026-11-29T03:00:00Z');

const made = (id: string, at: string, isVerified = true): Snapshot => ({
  id,
  shortId: id,
  at: new Date(at),
  tags: [],
  isVerified,
  bytes: null,
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
