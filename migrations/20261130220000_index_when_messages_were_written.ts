import type { Knex } from 'knex';

/** Messages are indexed anew: with when they were written, by which searches bounded by dates find them. */
export async function up(knex: Knex): Promise<void> {
  if ((await knex('messages').first('id')) === undefined) return;
  const at = new Date().toISOString();
  await knex('jobs').insert({ kind: 'search_reindex', data: JSON.stringify({ below: null }), run_at: at, created_at: at });
}

export async function down(): Promise<void> {
  // What stands in the index beside the words is in nobody's way.
}
