import type { Knex } from 'knex';

/**
 * When our own mail first came back to a conversation, when it stopped being opened again by one sender, and that sender's latest
 * reopenings as JSON; null = never. Whether a message's copy went to another inbox as well.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.string('looped_at');
    t.string('reopening_stopped_at');
    t.text('reopenings');
  });
  await knex.schema.alterTable('messages', (t) => {
    t.boolean('has_copies').notNullable().defaultTo(false);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (t) => {
    t.dropColumn('has_copies');
  });
  await knex.schema.alterTable('conversations', (t) => {
    for (const column of ['reopenings', 'reopening_stopped_at', 'looped_at']) t.dropColumn(column);
  });
}
