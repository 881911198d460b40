import type { Knex } from 'knex';

/** Keeps `ledger_days` with every write, whoever writes: what a day's numbers say cannot drift from the rows. */
const COUNT = (row: 'old' | 'new', status: string, by: '1' | '-1'): string =>
  `insert into ledger_days (day, inbox_id, status, n) values (${row}.day, ${row}.inbox_id, ${status}, ${by})
   on conflict (day, inbox_id, status) do update set n = ledger_days.n + (${by});`;

const TRIGGERS = [
  ['raw_inbound', 'kept', 'insert', '', COUNT('new', 'new.status', '1')],
  ['raw_inbound', 'settled', 'update', 'old.status <> new.status', COUNT('old', 'old.status', '-1') + COUNT('new', 'new.status', '1')],
  ['raw_inbound', 'gone', 'delete', '', COUNT('old', 'old.status', '-1')],
  ['ledger_entries', 'entered', 'insert', "new.kind = 'kept'", COUNT('new', "'accepted'", '1')],
] as const;

export async function up(knex: Knex): Promise<void> {
  const isPostgres = knex.client.config.client === 'pg';
  // The day in the company's time zone, fixed when a thing is registered; for what was there before, the day in UTC.
  await knex.schema.alterTable('raw_inbound', (t) => {
    t.string('day', 10).notNullable().defaultTo('');
  });
  await knex('raw_inbound').update({ day: knex.raw('substr(received_at, 1, 10)') });
  await knex.raw('create index raw_inbound_by_day on raw_inbound (day, status, id)');
  await knex.schema.createTable('ledger_entries', (t) => {
    t.integer('seq').primary();
    t.string('kind').notNullable().checkIn(['kept', 'purged'], 'ledger_entries_kind_known');
    t.string('spool_id').notNullable();
    t.integer('inbox_id').notNullable();
    t.string('day', 10).notNullable();
    t.string('sha256', 64).notNullable();
    t.bigInteger('bytes').notNullable();
    t.string('received_at').notNullable();
    t.string('hash', 64).notNullable();
    t.unique(['spool_id', 'inbox_id', 'kind']);
  });
  await knex.schema.createTable('ledger_head', (t) => {
    t.integer('id').primary();
    t.integer('seq').notNullable();
    t.string('hash', 64).notNullable();
    t.integer('older_done').notNullable();
    t.integer('older_until');
  });
  await knex.schema.createTable('ledger_days', (t) => {
    t.string('day', 10).notNullable();
    t.integer('inbox_id').notNullable();
    t.string('status').notNullable();
    t.integer('n').notNullable();
    t.primary(['day', 'inbox_id', 'status']);
  });
  await knex.schema.createTable('blob_problems', (t) => {
    t.string('sha256', 64).primary();
    t.string('problem').notNullable().checkIn(['missing', 'damaged'], 'blob_problems_known');
    t.string('found_at').notNullable();
  });
  const [last] = await knex('raw_inbound').max({ id: 'id' });
  await knex('ledger_head').insert({ id: 1, seq: 0, hash: '0'.repeat(64), older_done: 0, older_until: last?.['id'] ?? null });
  await knex.raw(
    'insert into ledger_days (day, inbox_id, status, n) select day, inbox_id, status, count(*) from raw_inbound group by 1, 2, 3',
  );
  for (const [table, name, event, when, body] of TRIGGERS) {
    const condition = when === '' ? '' : `when (${when})`;
    if (isPostgres) {
      await knex.raw(`create function ledger_${name}() returns trigger language plpgsql as $$ begin ${body} return null; end $$`);
      await knex.raw(
        `create trigger ledger_${name} after ${event} on ${table} for each row ${condition} execute function ledger_${name}()`,
      );
    } else await knex.raw(`create trigger ledger_${name} after ${event} on ${table} ${condition} begin ${body} end`);
  }
}

export async function down(knex: Knex): Promise<void> {
  const isPostgres = knex.client.config.client === 'pg';
  for (const [table, name] of TRIGGERS) {
    await knex.raw(`drop trigger ledger_${name}${isPostgres ? ` on ${table}` : ''}`);
    if (isPostgres) await knex.raw(`drop function ledger_${name}()`);
  }
  for (const table of ['blob_problems', 'ledger_days', 'ledger_head', 'ledger_entries']) await knex.schema.dropTable(table);
  await knex.raw('drop index raw_inbound_by_day');
  await knex.schema.alterTable('raw_inbound', (t) => {
    t.dropColumn('day');
  });
}
