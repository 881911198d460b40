import test from 'ava';
import { looker } from '../../core/boot/collect-at-rest.ts';

const MB = 1024 * 1024;

test('memory is given back when nobody waits, when there is some, and at most once a minute', (t) => {
  let [busy, total, now, collected] = [1, 60 * MB, 0, 0];
  const look = looker({
    busy: () => busy,
    totalBytes: () => total,
    now: () => now,
    collect: () => {
      collected += 1;
      total = 40 * MB;
    },
  });
  look();
  t.is(collected, 0, 'it is at work');
  busy = 0.01;
  look();
  t.is(collected, 1);
  now = 70_000;
  total = 45 * MB;
  look();
  t.is(collected, 1, 'there is little to give');
  total = 50 * MB;
  look();
  t.is(collected, 2);
  now = 100_000;
  total = 80 * MB;
  look();
  t.is(collected, 2, 'a moment ago');
  now = 140_000;
  look();
  t.is(collected, 3);
});
