import test from 'ava';
import { silentLog } from '../../core/lib/log.ts';
import { forgetOldRefusals } from '../../core/refusals/list.ts';
import { countTurnAways, readTurnAways } from '../../core/refusals/turn-aways.ts';
import { scopeFor } from '../support/db.ts';

test('callers sent away at the door are summed by reason over today, seven and thirty days, and forgotten after ninety', async (t) => {
  const clock = { now: new Date('2026-08-20T21:59:00Z') };
  const scope = { ...(await scopeFor(t)), now: () => clock.now };
  const counter = countTurnAways(scope, silentLog);
  const came = async (day: string, reason: 'denied' | 'limit', times: number): Promise<void> => {
    clock.now = new Date(day);
    for (let n = 0; n < times; n += 1) counter.count(reason);
    await counter.flush();
  };
  t.deepEqual(await readTurnAways(scope), []);
  await came('2026-08-20T21:59:00Z', 'denied', 1);
  await came('2026-11-01T12:00:00Z', 'limit', 2);
  await came('2026-11-20T12:00:00Z', 'denied', 4);
  await came('2026-11-26T12:00:00Z', 'denied', 8);
  await came('2026-11-26T12:00:00Z', 'denied', 16);
  t.deepEqual(await readTurnAways(scope), [
    { reason: 'denied', today: 24, week: 28, month: 28 },
    { reason: 'limit', today: 0, week: 0, month: 2 },
  ]);
  t.is(await forgetOldRefusals(scope), 1);
});

test('a flood of callers is counted in memory, a row for a day and a reason, and nothing is counted twice', async (t) => {
  const clock = { now: new Date('2026-11-25T22:59:59Z') };
  const scope = { ...(await scopeFor(t)), now: () => clock.now };
  const counter = countTurnAways(scope, silentLog);
  for (let n = 0; n < 5000; n += 1) counter.count('limit');
  t.is((await scope.db('turn_aways')).length, 0);
  // Midnight in Warsaw.
  clock.now = new Date('2026-11-25T23:00:01Z');
  counter.count('limit');
  await counter.flush();
  await counter.flush();
  t.deepEqual(await scope.db('turn_aways').orderBy('day').select('day', 'n'), [
    { day: '2026-11-25', n: 5000 },
    { day: '2026-11-26', n: 1 },
  ]);
});
