import test from 'ava';
import { type Burst, watchBurst } from '../../core/ingest/burst.ts';

/** With a clock of its own; mail that somebody waits for comes every 10 ms until `end`. `pass` answers how many ms it waited. */
function timed(end: number): { burst: Burst; pass: () => Promise<number> } {
  let time = 0;
  let next = 10;
  const pause = async (ms: number): Promise<void> => {
    const until = time + ms;
    for (; next <= Math.min(until, end); next += 10) {
      time = next;
      burst.arrived();
    }
    time = until;
  };
  const burst = watchBurst({ keeping: () => 0, now: () => time, pause });
  const pass = async (): Promise<number> => {
    const before = time;
    await burst.passed(new AbortController().signal);
    return time - before;
  };
  return { burst, pass };
}

test('a mail now and then is received at once', async (t) => {
  const { burst, pass } = timed(0);
  t.is(await pass(), 0);
  for (let n = 0; n < 3; n += 1) burst.arrived();
  t.is(await pass(), 0);
});

test('one sender who hands in mail after mail is let in until he has finished', async (t) => {
  const { burst, pass } = timed(300);
  for (let n = 0; n < 4; n += 1) burst.arrived();
  const waited = await pass();
  t.true(waited >= 300 && waited <= 460, `${waited} ms`);
});

test('mail that never ends is let in for three seconds, and then received for at least twice as long', async (t) => {
  const { burst, pass } = timed(Number.POSITIVE_INFINITY);
  for (let n = 0; n < 4; n += 1) burst.arrived();
  const waited = await pass();
  t.true(waited >= 3000 && waited <= 3080, `${waited} ms`);
  t.is(await pass(), 0, 'mail still comes, but there is work');
});

test('after its work it lets mail in again', async (t) => {
  let time = 0;
  let kept = 8;
  const pause = async (ms: number): Promise<void> => {
    time += ms;
    if (time >= 400) kept = 0;
  };
  const burst = watchBurst({ keeping: () => kept, now: () => time, pause });
  const { signal } = new AbortController();
  await burst.passed(signal);
  t.is(time, 400, 'many are being kept at the same moment');
  kept = 8;
  time += 799;
  await burst.passed(signal);
  t.is(time, 1199);
  time += 1;
  await burst.passed(signal);
  t.true(time > 1200);
});

test('when nothing waits any more, the next burst is let in at once', async (t) => {
  const { burst, pass } = timed(7_500);
  for (let n = 0; n < 4; n += 1) burst.arrived();
  t.true((await pass()) >= 3000);
  burst.settled();
  t.true((await pass()) >= 3000);
  t.is(await pass(), 0);
});

test('who stops does not wait', async (t) => {
  const burst = watchBurst({ keeping: () => 50, pause: () => Promise.reject(new Error('waited')) });
  await t.notThrowsAsync(burst.passed(AbortSignal.abort()));
});
