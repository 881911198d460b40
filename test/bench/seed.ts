import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Knex } from 'knex';
import { hashPassword } from '../../core/agents/password.ts';
import { connect } from '../../core/db/connect.ts';
import { isPostgres } from '../../core/db/dialect.ts';
import { migrate } from '../../core/db/migrate.ts';
import { foldStatistics } from '../../core/statistics/fold.ts';
import { type Bulk, postgresBulk, sqliteBulk } from './bulk.ts';
import { customersOf } from './corpus.ts';
import { contactRows, conversationRows, countInto, type Place, type Row } from './rows.ts';

export const BENCH_AGENT = { email: 'bench@centrala.local', password: 'bench-szybki-zajac-7' };
export const BENCH_INBOX = 'support@bench.local';
const BATCH = 2000;

export interface SeedTarget {
  readonly dataDir: string;
  /** Null: the SQLite file in the data folder. */
  readonly databaseUrl: string | null;
}

/** Fills a new data folder with the corpus: `conversations` of three messages, five agents, one inbox, counters and search index right. */
export async function seed(target: SeedTarget, conversations: number, say: (line: string) => void = () => {}): Promise<void> {
  mkdirSync(target.dataDir, { recursive: true });
  const file = join(target.dataDir, 'centrala.sqlite');
  const db = connect({ url: target.databaseUrl, file });
  const started = Date.now();
  try {
    await migrate(db, resolve(import.meta.dirname, '../../migrations'));
    const place = await preparePlace(db);
    const bulk = isPostgres(db) ? postgresBulk(db) : sqliteBulk(file);
    const counters = await fill(bulk, place, conversations, (done) => {
      const seconds = (Date.now() - started) / 1000;
      say(`${done} of ${conversations} conversations, ${Math.round((done * 3) / seconds)} messages/s`);
    });
    await bulk.finish();
    await addCounters(db, counters);
    say('counting the statistics …');
    // A running office has counted long ago what would else be counted beside every measurement for minutes.
    await foldStatistics(
      { db, now: () => new Date(), actor: { kind: 'system', task: 'bench' }, wakeOutbox: () => {} },
      new AbortController().signal,
    );
  } finally {
    await db.destroy();
  }
  say(`seeded ${conversations} conversations in ${Math.round((Date.now() - started) / 1000)} s`);
}

async function preparePlace(db: Knex): Promise<Place> {
  const at = new Date().toISOString();
  const { email, password } = BENCH_AGENT;
  const agent = { email, first_name: 'Anna', last_name: 'Bench', role: 'administrator', language: 'pl', created_at: at };
  if (!(await db('agents').where({ email }).first())) await db('agents').insert({ ...agent, password_hash: await hashPassword(password) });
  for (const name of ['Jan', 'Ewa', 'Piotr', 'Zofia']) {
    const other = { ...agent, email: `${name.toLowerCase()}@centrala.local`, first_name: name, role: 'agent' };
    await db('agents').insert(other).onConflict('email').ignore();
  }
  // As for agents that are there when folders come: administrators manage, the others move.
  const access = db('agents').select('id', db.raw('1'), db.raw("case when role = 'administrator' then 4 else 3 end"));
  await db.into(db.raw('folder_access (agent_id, folder_id, level)')).insert(access).onConflict(['agent_id', 'folder_id']).ignore();
  const inbox = { channel: 'email', name: 'Support', address: BENCH_INBOX, settings: '{}', created_at: at, updated_at: at };
  await db('inboxes').insert(inbox).onConflict(['channel', 'address']).ignore();
  const { id } = await db('inboxes').where({ address: BENCH_INBOX }).first('id');
  const top = async (table: string): Promise<number> => Number((await db(table).max({ id: 'id' }).first())?.id ?? 0);
  return {
    inboxId: id,
    inboxAddress: BENCH_INBOX,
    agentIds: await db('agents').orderBy('id').pluck('id'),
    after: {
      contacts: await top('contacts'),
      conversations: await top('conversations'),
      messages: await top('messages'),
      deliveries: await top('deliveries'),
    },
  };
}

async function fill(bulk: Bulk, place: Place, total: number, tell: (done: number) => void): Promise<ReadonlyMap<string, number>> {
  const counters = new Map<string, number>();
  const customers = customersOf(total);
  for (let from = 0; from < customers; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, customers - from) }, (_, i) => contactRows(from + i, place));
    await bulk.insert(
      'contacts',
      rows.map(({ contact }) => contact),
    );
    await bulk.insert(
      'identities',
      rows.map(({ identity }) => identity),
    );
    await bulk.commit();
  }
  for (let from = 0; from < total; from += BATCH) {
    const made = Array.from({ length: Math.min(BATCH, total - from) }, (_, i) => conversationRows(from + i, total, place));
    const all = (pick: (one: (typeof made)[number]) => readonly Row[]): readonly Row[] => made.flatMap(pick);
    await bulk.insert(
      'conversations',
      all((one) => [one.conversation]),
    );
    await bulk.insert(
      'participants',
      all((one) => one.participants),
    );
    await bulk.insert(
      'messages',
      all((one) => one.messages),
    );
    await bulk.insert(
      'deliveries',
      all((one) => one.deliveries),
    );
    await bulk.insertWords(made.flatMap((one) => one.words));
    await bulk.commit();
    for (const one of made) countInto(counters, one);
    if ((from / BATCH) % 25 === 24) tell(from + made.length);
  }
  return counters;
}

async function addCounters(db: Knex, counters: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...counters].map(([name, value]) => ({ name, value }));
  if (rows.length > 0)
    await db('counters')
      .insert(rows)
      .onConflict('name')
      .merge({ value: db.raw('counters.value + excluded.value') });
}
