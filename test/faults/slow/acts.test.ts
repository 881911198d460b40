import test from 'ava';
import { openBlobs } from '../../../core/blobs/blobs.ts';
import { recountCounters } from '../../../core/conversations/recount.ts';
import { WAITING_STATUSES } from '../../../core/deliveries/types.ts';
import { verifyCounts, verifyLedger } from '../../../core/ledger/verify.ts';
import { type Log, silentLog } from '../../../core/lib/log.ts';
import { rebuildStatistics } from '../../../core/statistics/fold.ts';
import { randomFrom } from '../../../plugins/email/test/random.ts';
import { figures, scaled } from '../../support/faults.ts';
import { type Office, officeFor } from '../../support/office.ts';
import { administratorOf, employ, permitAll } from '../../support/person.ts';
import { actAtRandom, ask, lookAgain, type World, writeIn } from '../../support/random-acts.ts';
import { allCounts, bringUpToDate } from '../../support/statistics.ts';
import { until } from '../../support/until.ts';

/** Another number, another story; what comes of it depends on how quick the answers were as well. */
const SEED = Number(process.env['ACTS_SEED'] ?? Date.now() % 1_000_000);
const HANDS = 8;

test('Whatever four people do at once while customers write, no answer is an error and every count stays right', async (t) => {
  t.timeout(scaled(120_000, 900_000));
  t.log(`ACTS_SEED=${SEED}`);
  const faults: string[] = [];
  const log: Log = { ...silentLog, error: (event, facts) => void faults.push(`${event} ${JSON.stringify(facts)}`) };
  const office = await officeFor(t, { log, env: { CENTRALA_API_PER_MINUTE: '0' } });
  const world = await worldOf(office, faults);
  for (let mails = 0; mails < 15; mails += 1) await writeIn(t, world);
  await lookAgain(world);

  const over = Date.now() + scaled(3_000, 120_000);
  let acts = 0;
  const work = async (hand: number): Promise<void> => {
    const person = world.people[hand % world.people.length];
    for (let done = 0; person && Date.now() < over; done += 1, acts += 1) {
      await actAtRandom(t, world, person, person === world.people[0]);
      if (done % 15 === hand) await lookAgain(world);
    }
  };
  await Promise.all(Array.from({ length: HANDS }, (_, hand) => work(hand)));
  await atRest(office);

  t.deepEqual(faults, []);
  t.deepEqual(await recountCounters(office.scope), []);
  const findings = [];
  for await (const one of verifyLedger(office.scope, openBlobs(`${office.dataDir}/blobs`), { since: null })) findings.push(one);
  for await (const one of verifyCounts(office.scope)) findings.push(one);
  t.deepEqual(findings, []);
  await bringUpToDate(office.scope);
  const [followed, parts] = [await allCounts(office.scope), await partsOf(office)];
  await rebuildStatistics(office.scope, AbortSignal.timeout(60_000));
  t.deepEqual(await partsOf(office), parts);
  t.deepEqual(await allCounts(office.scope), followed);
  const conversations = (await partsOf(office)).size;
  figures(t, 'random acts of four people', {
    acts,
    conversations,
    'answers of 500 and more': 0,
    'wrong counts': 0,
  });
});

async function worldOf(office: Office, faults: string[]): Promise<World> {
  const admin = await administratorOf(office);
  const people = [admin];
  for (const name of ['Piotr', 'Ewa', 'Adam']) {
    const person = await employ(office, name);
    await permitAll(office, person.id);
    people.push(person);
  }
  const make = async (path: string, bodies: readonly object[]): Promise<number[]> => {
    const ids = [];
    for (const body of bodies) ids.push((await ask({ faults }, admin, 'POST', path, body)).id);
    return ids;
  };
  const named = (names: readonly string[]): readonly object[] => names.map((name) => ({ name }));
  return {
    office,
    people,
    folders: await make('/folders', named(['Zwroty', 'Faktury'])),
    labels: await make('/labels', named(['pilne', 'reklamacja', 'vip'])),
    teams: await make('/teams', [{ name: 'Serwis', memberIds: people.slice(1).map(({ id }) => id) }]),
    ids: { conversations: [], messages: [], transfers: [], deliveries: [], bulkActions: [] },
    random: randomFrom(SEED),
    faults,
  };
}

/** Nothing is under way any more: no bulk action, no answer, nobody asleep who wakes soon. */
async function atRest({ scope: { db }, pump }: Office): Promise<void> {
  const soon = (): string => new Date(Date.now() + 60_000).toISOString();
  await until('all is done', async () => {
    await pump.idle();
    const left = [
      await db('bulk_actions').whereNull('finished_at').first('id'),
      await db('deliveries')
        .whereIn('status', [...WAITING_STATUSES])
        .first('id'),
      await db('conversations').where('snoozed_until', '<', soon()).first('id'),
    ];
    return left.every((one) => one === undefined);
  });
}

/** What each conversation has put into the statistics. */
async function partsOf({ scope: { db } }: Office): Promise<ReadonlyMap<number, string>> {
  const rows = await db('statistics_conversations').orderBy('conversation_id').select('conversation_id', 'counted');
  return new Map(rows.map((row) => [row.conversation_id, row.counted]));
}
