import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('drafts', (t) => {
    t.text('fields').notNullable().defaultTo('{}');
  });
  await knex.schema.createTable('allowed_pictures', (t) => {
    t.text('sender').primary();
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.string('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('allowed_pictures');
  await knex.schema.alterTable('drafts', (t) => {
    t.dropColumn('fields');
  });
}
