import type { Knex } from 'knex';

/** Each open conversation asks whether somebody else has a draft in it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index drafts_by_conversation on drafts (conversation_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index drafts_by_conversation');
}
