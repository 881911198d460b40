import type { Knex } from 'knex';

/**
 * A folder with an owner holds what comes to his personal mailbox: nobody else sees it, whoever he is. What somebody began to connect for
 * himself is his too. SQLite: a column added by knex would copy the table and empty what refers to it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table folders add column owner_id integer references agents(id)');
  await knex.raw('alter table inbox_connections add column owner_id integer references agents(id) on delete cascade');
}

/** What was personal stays closed to all but administrators, as any folder of which nothing else is said. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table inbox_connections drop column owner_id');
  await knex.raw('alter table folders drop column owner_id');
}
