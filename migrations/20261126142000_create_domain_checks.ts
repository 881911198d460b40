import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('domain_checks', (t) => {
    t.string('domain', 253).primary();
    t.text('results').notNullable();
    t.string('checked_at').notNullable();
  });
  await knex.schema.createTable('domain_check_changes', (t) => {
    t.increments('id');
    t.string('domain', 253).notNullable();
    t.string('name').notNullable();
    t.string('from_state');
    t.string('to_state').notNullable();
    t.string('changed_at').notNullable();
    t.index(['domain', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('domain_check_changes');
  await knex.schema.dropTable('domain_checks');
}
