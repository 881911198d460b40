import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('messages', (t) => {
    t.increments('id');
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('inbox_id').notNullable().references('inboxes.id');
    t.integer('raw_inbound_id').references('raw_inbound.id');
    t.integer('author_id').references('agents.id').onDelete('SET NULL');
    t.string('kind').notNullable().checkIn(['message', 'reply', 'note'], 'messages_kind_known');
    t.string('direction').notNullable().checkIn(['inbound', 'outbound', 'internal'], 'messages_direction_known');
    t.text('from_address').notNullable();
    t.text('from_name');
    t.text('recipients').notNullable();
    t.text('subject');
    t.text('text').notNullable();
    t.text('html');
    t.text('external_id');
    t.string('external_id_hash', 64);
    t.text('references').notNullable();
    t.integer('quoted_message_id').references('messages.id').onDelete('SET NULL');
    t.boolean('automated').notNullable().defaultTo(false);
    t.string('sender_status')
      .notNullable()
      .defaultTo('participant')
      .checkIn(['participant', 'new_participant'], 'messages_sender_status_known');
    t.string('sent_at');
    t.string('created_at').notNullable();
    t.index(['conversation_id', 'id']);
    t.index(['external_id_hash', 'inbox_id']);
    t.index(['raw_inbound_id']);
  });
  await knex.schema.createTable('attachments', (t) => {
    t.increments('id');
    t.integer('message_id').notNullable().references('messages.id').onDelete('CASCADE');
    t.integer('position').notNullable();
    t.text('filename').notNullable();
    t.text('content_type').notNullable();
    t.bigInteger('bytes').notNullable();
    t.string('blob_sha256', 64).notNullable().references('blobs.sha256');
    t.text('content_id');
    t.boolean('inline').notNullable().defaultTo(false);
    t.index(['message_id', 'position']);
    t.index(['blob_sha256']);
  });
  await knex.schema.createTable('deliveries', (t) => {
    t.increments('id');
    t.integer('message_id').notNullable().references('messages.id').onDelete('CASCADE');
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('inbox_id').notNullable().references('inboxes.id');
    t.string('kind').notNullable().checkIn(['to', 'cc', 'bcc'], 'deliveries_kind_known');
    t.text('address').notNullable();
    t.text('name');
    t.string('status')
      .notNullable()
      .checkIn(
        ['queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'failed', 'unknown', 'cancelled'],
        'deliveries_status_known',
      );
    t.integer('attempts').notNullable().defaultTo(0);
    t.string('next_attempt_at');
    t.string('expires_at').notNullable();
    t.string('lease_until');
    t.text('reason');
    t.string('enhanced_status');
    t.string('sent_at');
    t.string('created_at').notNullable();
    t.string('updated_at').notNullable();
    t.index(['message_id']);
    t.index(['status', 'id']);
    t.index(['conversation_id']);
  });
  await knex.raw("create index deliveries_due on deliveries (next_attempt_at, id) where status in ('queued', 'deferred')");
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['deliveries', 'attachments', 'messages']) await knex.schema.dropTable(table);
}
