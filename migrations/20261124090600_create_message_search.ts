import type { Knex } from 'knex';

/** Words of each message, already folded and split by core/search, so that both engines find the same. */
export async function up(knex: Knex): Promise<void> {
  if (knex.client.config.client === 'pg') {
    await knex.schema.createTable('message_search', (t) => {
      t.integer('message_id').primary().references('messages.id').onDelete('CASCADE');
      t.specificType('words', 'tsvector').notNullable();
      t.index(['words'], 'message_search_words', 'gin');
    });
    return;
  }
  await knex.raw(
    "create virtual table message_search using fts5(words, content='', contentless_delete=1, detail=none, prefix='3', tokenize='unicode61 remove_diacritics 0')",
  );
  await knex.raw(
    'create trigger messages_leave_search after delete on messages begin delete from message_search where rowid = old.id; end',
  );
}

export async function down(knex: Knex): Promise<void> {
  if (knex.client.config.client !== 'pg') await knex.raw('drop trigger messages_leave_search');
  await knex.schema.dropTable('message_search');
}
