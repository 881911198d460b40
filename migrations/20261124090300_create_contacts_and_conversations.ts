import type { Knex } from 'knex';

/** One for each combination of list filters, so that every page is read in index order; partial, so that a new mail pays for few of them. */
const LIST_INDEXES = [
  ['by_assignee', 'assignee_id, status, last_message_at, id', 'assignee_id is not null'],
  ['by_assignee_and_inbox', 'assignee_id, inbox_id, status, last_message_at, id', 'assignee_id is not null'],
  ['unassigned', 'status, last_message_at, id', 'assignee_id is null'],
  ['unassigned_by_inbox', 'inbox_id, status, last_message_at, id', 'assignee_id is null'],
  ['waiting', "status, coalesce(waiting_since, '9'), id", "status = 'open'"],
  ['waiting_by_inbox', "inbox_id, status, coalesce(waiting_since, '9'), id", "status = 'open'"],
  ['waiting_by_assignee', "assignee_id, status, coalesce(waiting_since, '9'), id", "status = 'open' and assignee_id is not null"],
  ['waiting_unassigned', "status, coalesce(waiting_since, '9'), id", "status = 'open' and assignee_id is null"],
] as const;

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
    t.text('contact_address').notNullable();
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
    t.index(['contact_id', 'status', 'last_message_at', 'id']);
  });
  for (const [name, columns, only] of LIST_INDEXES)
    await knex.raw(`create index conversations_${name} on conversations (${columns}) where ${only}`);
  await knex.schema.createTable('participants', (t) => {
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.text('address').notNullable();
    t.primary(['conversation_id', 'address']);
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
  for (const table of ['drafts', 'counters', 'conversation_reads', 'participants', 'conversations', 'identities', 'contacts'])
    await knex.schema.dropTable(table);
}
