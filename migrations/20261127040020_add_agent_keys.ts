import type { Knex } from 'knex';

/** The keys that an agent chose, as JSON; empty = the usual ones. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("alter table agents add column keys varchar(1000) not null default ''");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table agents drop column keys');
}
