import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('contacts', (t) => {
    t.increments('id');
    t.text('name').notNullable();
    t.string('created_at').notNullable();
    t.string('updated_at').notNullable();
  });
  await knex.schema.createTable('identities', (t) => {
    t.increments('id');
    t.integer('contact_id').notNullable().references('contacts.id').onDelete('CASCADE');
    t.string('kind').notNullable().checkIn(['email', 'e164', 'opaque'], 'identities_kind_known');
    t.text('address').notNullable();
    t.string('created_at').notNullable();
    t.unique(['kind', 'address']);
    t.index(['contact_id']);
  });
  await knex.schema.createTable('conversations', (t) => {
    t.increments('id');
    t.integer('inbox_id').notNullable().references('inboxes.id');
    t.integer('contact_id').notNullable().references('contacts.id');
    t.integer('assignee_id').references('agents.id').onDelete('SET NULL');
    t.string('status').notNullable().checkIn(['open', 'snoozed', 'closed'], 'conversations_status_known');
    t.text('subject').notNullable();
    t.text('snippet').notNullable();
    t.string('reply_token').notNullable().unique();
    t.integer('message_count').notNullable().defaultTo(0);
    t.boolean('has_attachments').notNullable().defaultTo(false);
    t.integer('failed_deliveries').notNullable().defaultTo(0);
    t.integer('last_message_id');
    t.string('last_message_at').notNullable();
    t.string('waiting_since');
    t.integer('related_conversation_id').references('conversations.id').onDelete('SET NULL');
    t.string('created_at').notNullable();
    t.string('closed_at');
    t.index(['status', 'last_message_at', 'id']);
    t.index(['inbox_id', 'status', 'last_message_at', 'id']);
    t.index(['assignee_id', 'status', 'last_message_at', 'id']);
    t.index(['contact_id', 'last_message_at', 'id']);
  });
  await knex.schema.createTable('conversation_reads', (t) => {
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('last_message_id').notNullable();
    t.string('read_at').notNullable();
    t.primary(['agent_id', 'conversation_id']);
    t.index(['conversation_id']);
  });
  await knex.schema.createTable('counters', (t) => {
    t.string('name').primary();
    t.integer('value').notNullable();
  });
  await knex.schema.createTable('drafts', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.integer('conversation_id').references('conversations.id').onDelete('CASCADE');
    t.string('kind').notNullable();
    t.text('html').notNullable();
    t.text('text').notNullable();
    t.string('updated_at').notNullable();
    t.unique(['agent_id', 'conversation_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['drafts', 'counters', 'conversation_reads', 'conversations', 'identities', 'contacts'])
    await knex.schema.dropTable(table);
}
