import test from 'ava';
import { readDays } from '../../core/ledger/days.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { dayOf } from '../../core/lib/day.ts';
import { silentLog } from '../../core/lib/log.ts';
import { countTurnAways, readTurnAways } from '../../core/refusals/turn-aways.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { scopeFor } from '../support/db.ts';
import { pipeline, rawText } from '../support/ingest.ts';

/** Twenty-five hours apart: never of the same day. */
const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'] as const;

test('The balance has the days of the time zone that is set for the company, and what was counted before another one was set still adds up', async (t) => {
  const parts = await pipeline(t);
  const { scope, blobs } = parts;
  for (const timeZone of ZONES) {
    await changeGeneral(scope, { timeZone });
    await parts.spool.keep(rawText(parts.inboxId, `from: ${timeZone}\n\nx`));
    await parts.pump.idle();
  }
  const rows: { day: string; received_at: string }[] = await scope.db('raw_inbound').orderBy('id').select('day', 'received_at');
  t.deepEqual(
    rows.map(({ day }) => day),
    rows.map((row, at) => dayOf(new Date(row.received_at), ZONES[at])),
  );
  const { days } = await readDays(scope, null, null);
  t.deepEqual(
    days.map(({ day, accepted, received, difference }) => [day, accepted, received, difference]),
    rows.map(({ day }) => [day, 1, 1, 0]),
  );
  t.deepEqual(await Array.fromAsync(verifyLedger(scope, blobs, { since: null })), []);
});

test("callers sent away are counted on the company's days too, and midnight there parts them", async (t) => {
  const clock = { now: new Date('2026-11-26T04:59:59Z') };
  const scope = { ...(await scopeFor(t)), now: () => clock.now };
  await changeGeneral(scope, { timeZone: 'America/New_York' });
  const counter = countTurnAways(scope, silentLog);
  counter.count('limit');
  clock.now = new Date('2026-11-26T05:00:00Z');
  counter.count('limit');
  await counter.flush();
  t.deepEqual(await scope.db('turn_aways').orderBy('day').select('day', 'n'), [
    { day: '2026-11-25', n: 1 },
    { day: '2026-11-26', n: 1 },
  ]);
  t.deepEqual(await readTurnAways(scope), [{ reason: 'limit', today: 1, week: 2, month: 2 }]);
});
