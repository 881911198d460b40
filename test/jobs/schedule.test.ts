import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { createSchedule } from '../../core/jobs/schedule.ts';
import { silentLog } from '../../core/lib/log.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 26, 12);

/** A schedule whose clock and timer are the test's. */
function clockwork() {
  mock.timers.enable({ apis: ['Date'], now: NOON + 1 });
  let waiting: { readonly ms: number; readonly then: () => void } | null = null;
  const schedule = createSchedule(silentLog, (ms, then) => {
    waiting = { ms, then };
    return () => {
      waiting = null;
    };
  });
  return {
    schedule,
    waitsMs: () => waiting?.ms ?? null,
    /** Its timer goes off at this time of its clock. */
    beatAt: async (at: number): Promise<void> => {
      mock.timers.setTime(at);
      waiting?.then();
      await turn();
    },
  };
}

test.serial.afterEach.always(() => mock.timers.reset());

test.serial('a scheduled task runs at its times, once each, however early or late its timer is', async (t) => {
  const { schedule, waitsMs, beatAt } = clockwork();
  let runs = 0;
  schedule.every('*/10 * * * * *', 'x', async () => {
    runs += 1;
  });
  t.is(waitsMs(), 9999);
  await beatAt(NOON + 9998);
  t.is(runs, 0);
  t.is(waitsMs(), 2);
  await beatAt(NOON + 10_400);
  t.is(runs, 1);
  t.is(waitsMs(), 9600);
  await beatAt(NOON + 20_000);
  t.is(runs, 2);
  await schedule.stop();
  t.is(waitsMs(), null);
});

test.serial('a clock that jumps by months costs the schedule nothing, and one that goes back does not silence it', async (t) => {
  const { schedule, waitsMs, beatAt } = clockwork();
  let runs = 0;
  schedule.every('*/10 * * * * *', 'x', async () => {
    runs += 1;
  });
  const started = process.cpuUsage();
  await beatAt(NOON + 400 * DAY_MS);
  const { user } = process.cpuUsage(started);
  t.true(user < 500_000, `${user} µs`);
  t.is(runs, 0, 'what its clock jumped over is not made up for');
  await beatAt(NOON + 400 * DAY_MS + 10_000);
  t.is(runs, 1);
  await beatAt(NOON - DAY_MS + 1);
  t.is(waitsMs(), 9999);
  await beatAt(NOON - DAY_MS + 10_000);
  t.is(runs, 2);
  await schedule.stop();
});

test.serial('a scheduled task that is still running is not started again, and is waited for at the end', async (t) => {
  const { schedule, beatAt } = clockwork();
  const finish = Promise.withResolvers<void>();
  let runs = 0;
  let isAborted = false;
  schedule.every('* * * * *', 'x', async (signal) => {
    runs += 1;
    await finish.promise;
    isAborted = signal.aborted;
  });
  await beatAt(NOON + 60_000);
  await beatAt(NOON + 120_000);
  t.is(runs, 1);
  const stopped = schedule.stop();
  finish.resolve();
  await stopped;
  t.true(isAborted);
});
