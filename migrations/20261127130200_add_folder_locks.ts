import type { Knex } from 'knex';

/** Since when a personal folder is closed to its owner too: somebody else gave him a password, and could come in his name. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table folders add column locked_at varchar(40)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table folders drop column locked_at');
}
