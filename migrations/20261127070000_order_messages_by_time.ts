import type { Knex } from 'knex';

/**
 * What is fetched from an account is stored later than it was written, newest first: a conversation is read by time. `awaited_messages` holds
 * the ids that a fetched message refers to and that are not here yet, so that the answered one joins when it comes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index messages_by_time on messages (conversation_id, created_at, id)');
  await knex.schema.createTable('awaited_messages', (t) => {
    t.increments('id');
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.integer('message_id').notNullable().references('messages.id').onDelete('CASCADE');
    t.string('external_id_hash').notNullable();
    t.index(['inbox_id', 'external_id_hash']);
    t.index(['message_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('awaited_messages');
  await knex.raw('drop index messages_by_time');
}
