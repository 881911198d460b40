import type { Knex } from 'knex';

/**
 * What taking a message back needs: what its conversation was like before, the moment its author chose for it, and a draft that holds
 * attachments. The two indexes let a message or conversation be deleted without reading whole tables for what points to it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (t) => {
    t.string('scheduled_at');
    t.boolean('stops_on_answer').notNullable().defaultTo(false);
    t.text('before_sending');
  });
  await knex.raw('create index messages_scheduled on messages (conversation_id) where scheduled_at is not null');
  await knex.raw('create index messages_quoted on messages (quoted_message_id) where quoted_message_id is not null');
  await knex.raw('create index conversations_related on conversations (related_conversation_id) where related_conversation_id is not null');
  await knex.schema.createTable('draft_attachments', (t) => {
    t.increments('id');
    t.integer('draft_id').notNullable().references('drafts.id').onDelete('CASCADE');
    t.text('filename').notNullable();
    t.text('content_type').notNullable();
    t.bigInteger('bytes').notNullable();
    t.string('blob_sha256', 64).notNullable().references('blobs.sha256');
    t.index(['draft_id']);
    t.index(['blob_sha256']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('draft_attachments');
  for (const index of ['messages_scheduled', 'messages_quoted', 'conversations_related']) await knex.raw(`drop index ${index}`);
  // Not through the builder, which copies the table in SQLite and loses the trigger of the search with it.
  for (const column of ['scheduled_at', 'stops_on_answer', 'before_sending']) await knex.raw(`alter table messages drop column ${column}`);
}
