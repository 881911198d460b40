import type { Knex } from 'knex';

/** Until when a process is exchanging the tokens of a log-in, so that no other does so too; null: none is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table oauth_grants add column refreshing_until text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table oauth_grants drop column refreshing_until');
}
