import type { Knex } from 'knex';

/** Since when each version has been here, and of which one each agent has read last. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('installed_versions', (t) => {
    t.string('version', 64).primary();
    t.string('installed_at').notNullable();
  });
  await knex.schema.createTable('news_readings', (t) => {
    t.integer('agent_id').primary().references('agents.id').onDelete('CASCADE');
    t.string('version', 64).notNullable();
    t.string('read_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('news_readings');
  await knex.schema.dropTable('installed_versions');
}
