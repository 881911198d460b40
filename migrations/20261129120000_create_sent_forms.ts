import type { Knex } from 'knex';

/** Composers whose message was sent, so that the same one is not sent again by the way. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('sent_forms', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.string('token', 64).notNullable();
    t.string('sent_at').notNullable();
    t.unique(['agent_id', 'token']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('sent_forms');
}
