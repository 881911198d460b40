import type { Knex } from 'knex';

/** Times of answers in merged conversations were counted as if they had been one from the start: they are counted again in the background. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`insert into statistics_dirty (conversation_id)
    select distinct to_id from transfers where kind = 'merge' and undone_at is null on conflict do nothing`);
}

export async function down(): Promise<void> {}
