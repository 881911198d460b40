import type { Knex } from 'knex';

/** Searches bounded by dates find where those begin, and messages from before are indexed anew: with words of their fields. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index messages_created on messages (created_at)');
  if ((await knex('messages').first('id')) === undefined) return;
  const at = new Date().toISOString();
  await knex('jobs').insert({ kind: 'search_reindex', data: JSON.stringify({ below: null }), run_at: at, created_at: at });
}

export async function down(knex: Knex): Promise<void> {
  await knex('jobs').where({ kind: 'search_reindex' }).delete();
  await knex.raw('drop index messages_created');
}
