import type { Knex } from 'knex';

/** For how long closed conversations of an inbox stay, in months; inbox 0 = every other one. Without a row they stay for ever. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('retention_rules', (t) => {
    t.integer('inbox_id').primary();
    t.integer('months').notNullable();
  });
  // What was deleted for good in a period, for the report.
  await knex.raw('create index raw_inbound_purged on raw_inbound (purged_at, id) where purged_at is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index raw_inbound_purged');
  await knex.schema.dropTable('retention_rules');
}
