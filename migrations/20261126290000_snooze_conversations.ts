import type { Knex } from 'knex';

/**
 * Until when a conversation is put off, and by whom; both empty where it is not, and no moment where it waits for an answer alone.
 * In words of SQL: where knex adds a reference it builds the table anew on SQLite, and dropping the old one empties all that hangs on it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table conversations add column snoozed_until varchar(255)');
  await knex.raw('alter table conversations add column snoozed_by integer references agents(id) on delete set null');
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['snoozed_by', 'snoozed_until']) await knex.raw(`alter table conversations drop column ${column}`);
}
