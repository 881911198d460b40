import test from 'ava';
import { createStretch } from '../mailbox/stretch.ts';

test('one message that cannot be had is found in four steps and passed over when it was asked for long enough', (t) => {
  let at = 0;
  const stretch = createStretch(() => new Date(at), { failures: 3, ms: 300_000 });
  const widths = [stretch.width];
  for (let n = 0; n < 3; n += 1) {
    t.false(stretch.failed());
    widths.push(stretch.width);
  }
  t.deepEqual(widths, [500, 63, 8, 1]);
  t.deepEqual([stretch.failed(), stretch.failed(), stretch.failed()], [false, false, false]);
  at = 300_000;
  t.true(stretch.failed());
  // The next one has a time of its own.
  t.false(stretch.failed());
  stretch.had();
  t.is(stretch.width, 2);
});

test('as long as something is had, nothing is to blame', (t) => {
  let at = 0;
  const stretch = createStretch(() => new Date(at), { failures: 1, ms: 1000 });
  for (let n = 0; n < 3; n += 1) stretch.failed();
  stretch.partly();
  at = 5000;
  t.false(stretch.failed());
  t.is(stretch.width, 1);
});
