import type { Knex } from 'knex';

const CLOSED = [
  ['conversations_closed', 'last_message_at, id'],
  ['conversations_closed_by_inbox', 'inbox_id, last_message_at, id'],
] as const;

async function indexClosed(knex: Knex, only: string): Promise<void> {
  for (const [name, columns] of CLOSED) {
    await knex.raw(`drop index ${name}`);
    await knex.raw(`create index ${name} on conversations (${columns}) where ${only}`);
  }
}

/**
 * Messages that people moved from one conversation to another: all of them (merged), some of them (split off, moved). A merged
 * conversation stays as a closed row that leads to another and is in no list; it goes when the other one goes.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table conversations add column merged_into_id integer references conversations(id) on delete cascade');
  await knex.raw('alter table conversations add column has_transfers boolean not null default false');
  await knex.raw('create index conversations_merged on conversations (merged_into_id) where merged_into_id is not null');
  await indexClosed(knex, "status = 'closed' and spam_at is null and merged_into_id is null");
  await knex.schema.createTable('transfers', (t) => {
    t.increments('id');
    t.string('kind').notNullable().checkIn(['merge', 'split', 'move'], 'transfers_kind_known');
    t.integer('from_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('to_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.string('at').notNullable();
    t.integer('after_message_id').notNullable();
    t.integer('message_count').notNullable();
    t.text('memory').notNullable();
    t.string('undone_at');
    t.integer('undone_by').references('agents.id').onDelete('SET NULL');
    t.index(['from_id', 'id']);
    t.index(['to_id', 'id']);
  });
  await knex.schema.createTable('transferred_messages', (t) => {
    t.integer('transfer_id').notNullable().references('transfers.id').onDelete('CASCADE');
    t.integer('message_id').notNullable().references('messages.id').onDelete('CASCADE');
    t.primary(['transfer_id', 'message_id']);
    t.index(['message_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('transferred_messages');
  await knex.schema.dropTable('transfers');
  await indexClosed(knex, "status = 'closed' and spam_at is null");
  await knex.raw('drop index conversations_merged');
  for (const column of ['has_transfers', 'merged_into_id']) await knex.raw(`alter table conversations drop column ${column}`);
}
