import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('events', (t) => {
    t.increments('id');
    t.string('type').notNullable();
    t.text('data').notNullable();
    t.text('actor').notNullable();
    t.string('created_at').notNullable();
    t.string('dispatched_at');
  });
  await knex.raw('create index events_undispatched on events (id) where dispatched_at is null');
  await knex.schema.createTable('jobs', (t) => {
    t.increments('id');
    t.string('kind').notNullable();
    t.text('data').notNullable();
    t.integer('attempts').notNullable().defaultTo(0);
    t.string('run_at').notNullable();
    t.string('lease_until');
    t.text('last_error');
    t.string('failed_at');
    t.string('created_at').notNullable();
    t.index(['failed_at', 'run_at', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['jobs', 'events']) await knex.schema.dropTable(table);
}
