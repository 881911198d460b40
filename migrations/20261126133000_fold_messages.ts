import type { Knex } from 'knex';

/** What of a received message is shown folded (quotes, signatures): JSON of stretches of its text and HTML; null = never looked for. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (t) => {
    t.text('folds');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (t) => {
    t.dropColumn('folds');
  });
}
