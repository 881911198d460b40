import type { Knex } from 'knex';

/** What an administrator lets single agents do; and whose rights a rule has, null = everything. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("alter table agents add column permissions varchar(500) not null default ''");
  await knex.raw('alter table rules add column keeper_id integer');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table rules drop column keeper_id');
  await knex.raw('alter table agents drop column permissions');
}
