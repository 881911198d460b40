import type { Knex } from 'knex';

/** What is in the trash is in no other list; each of these is read in the order of its index without it. */
const INDEXES = [
  ['conversations_closed', 'last_message_at, id', "status = 'closed' and spam_at is null and merged_into_id is null"],
  ['conversations_closed_by_inbox', 'inbox_id, last_message_at, id', "status = 'closed' and spam_at is null and merged_into_id is null"],
  ['conversations_folder_closed', 'folder_id, last_message_at, id', "status = 'closed' and spam_at is null and merged_into_id is null"],
  ['conversations_spam', 'last_message_at, id', 'spam_at is not null'],
  ['conversations_spam_by_inbox', 'inbox_id, last_message_at, id', 'spam_at is not null'],
  ['conversations_folder_spam', 'folder_id, last_message_at, id', 'spam_at is not null'],
] as const;

/** The second is for the purge, which takes what has lain there longest. */
const OF_TRASH = [
  ['conversations_trash', 'last_message_at, id'],
  ['conversations_trash_since', 'trashed_at, id'],
  ['conversations_folder_trash', 'folder_id, last_message_at, id'],
  ['conversations_inbox_trash', 'inbox_id, last_message_at, id'],
] as const;

/**
 * A conversation that somebody deleted lies in the trash (`trashed_at`) until it is put back or purged. `trashings` tells in its time line who
 * did that and what took it out again; `memory` is what it was like before. In words of SQL, so that SQLite builds no table anew.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table conversations add column trashed_at varchar(255)');
  for (const [name, columns, only] of INDEXES) {
    await knex.raw(`drop index ${name}`);
    await knex.raw(`create index ${name} on conversations (${columns}) where ${only} and trashed_at is null`);
  }
  for (const [name, columns] of OF_TRASH) await knex.raw(`create index ${name} on conversations (${columns}) where trashed_at is not null`);
  await knex.schema.createTable('trashings', (t) => {
    t.increments('id');
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('after_message_id').notNullable();
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.string('at').notNullable();
    t.text('memory').notNullable();
    t.integer('restored_after_message_id');
    t.integer('restored_by').references('agents.id').onDelete('SET NULL');
    t.string('restored_at');
    t.boolean('restored_by_mail').notNullable().defaultTo(false);
    t.index(['conversation_id', 'id']);
    t.index(['agent_id']);
    t.index(['restored_by']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex('counters').whereLike('name', 'conversations.trash@%').delete();
  await knex.schema.dropTable('trashings');
  for (const [name] of OF_TRASH) await knex.raw(`drop index ${name}`);
  for (const [name, columns, only] of INDEXES) {
    await knex.raw(`drop index ${name}`);
    await knex.raw(`create index ${name} on conversations (${columns}) where ${only}`);
  }
  await knex.raw('alter table conversations drop column trashed_at');
}
