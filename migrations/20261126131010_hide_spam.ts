import type { Knex } from 'knex';

/** What is in spam has `spam_at`; its list, its purge and the closed lists without it are each read in the order of an index. */
const INDEXES = [
  ['conversations_spam', 'last_message_at, id', 'spam_at is not null'],
  ['conversations_spam_by_inbox', 'inbox_id, last_message_at, id', 'spam_at is not null'],
  ['conversations_closed', 'last_message_at, id', "status = 'closed' and spam_at is null"],
  ['conversations_closed_by_inbox', 'inbox_id, last_message_at, id', "status = 'closed' and spam_at is null"],
] as const;

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.string('spam_at');
    t.string('spam_reason');
    t.double('spam_score');
  });
  for (const [name, columns, only] of INDEXES) await knex.raw(`create index ${name} on conversations (${columns}) where ${only}`);
  // What a filter could not judge is asked about again: few rows, and only until it is back.
  await knex.raw("create index raw_inbound_unscored on raw_inbound (id) where spam_state = 'unscored'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index raw_inbound_unscored');
  for (const [name] of INDEXES) await knex.raw(`drop index ${name}`);
  await knex.schema.alterTable('conversations', (t) => {
    t.dropColumns('spam_at', 'spam_reason', 'spam_score');
  });
}
