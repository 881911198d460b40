import type { Knex } from 'knex';

/** When the closed window of a visitor last asked how much waits: he has the website before him. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('visitors', (t) => {
    t.string('around_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('visitors', (t) => {
    t.dropColumn('around_at');
  });
}
