import type { Knex } from 'knex';

/** What stands below the answers of an agent and of an inbox, and what stood below each message that was sent. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('footers', (t) => {
    t.increments('id');
    t.integer('agent_id').unique().references('agents.id').onDelete('CASCADE');
    t.integer('inbox_id').unique().references('inboxes.id').onDelete('CASCADE');
    t.text('text').notNullable();
    t.text('html');
    t.string('updated_at').notNullable();
  });
  await knex.schema.createTable('message_footers', (t) => {
    t.integer('message_id').primary().references('messages.id').onDelete('CASCADE');
    t.text('text').notNullable();
    t.text('html').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('message_footers');
  await knex.schema.dropTable('footers');
}
