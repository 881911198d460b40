import type { Knex } from 'knex';

/** What was forwarded to somebody else out of a conversation, and the conversation with him that it began. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('forwards', (t) => {
    t.increments('id');
    // Null = the conversation was deleted; what was forwarded then has nothing left to be sent.
    t.integer('conversation_id').references('conversations.id').onDelete('SET NULL');
    t.integer('side_conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('side_message_id').notNullable().unique().references('messages.id').onDelete('CASCADE');
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.text('message_ids').notNullable();
    t.boolean('is_whole').notNullable();
    t.boolean('with_files').notNullable();
    t.integer('carried_files').notNullable();
    t.integer('after_message_id').notNullable();
    t.string('at').notNullable();
    t.index(['conversation_id']);
    t.index(['side_conversation_id']);
    t.index(['agent_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('forwards');
}
