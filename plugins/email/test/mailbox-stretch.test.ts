import test from 'ava';
import { isSuspect, NoRoomError, NotKeptError } from '../mailbox/fetch-group.ts';
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

test('a message is suspect when it was not handed over, and not when nothing is to be had or kept', (t) => {
  const refused = (fields: object): Error => Object.assign(new Error('Command failed'), fields);
  const about = (reason: string): Error => refused({ code: 'NoConnection', reason });
  t.true(isSuspect(about('FETCH failed: Internal error occurred.')));
  t.true(isSuspect(refused({ responseStatus: 'NO', serverResponseCode: 'SERVERBUG' })));
  t.true(isSuspect(refused({ code: 'NoConnection' })));
  for (const error of [
    refused({ responseStatus: 'NO', serverResponseCode: 'UNAVAILABLE' }),
    refused({ responseStatus: 'NO', serverResponseCode: 'OVERQUOTA' }),
    refused({ code: 'ETHROTTLE' }),
    about('Account exceeded command or bandwidth limits.'),
    new NoRoomError('full'),
    new NotKeptError('full'),
  ])
    t.false(isSuspect(error), JSON.stringify(error));
});
