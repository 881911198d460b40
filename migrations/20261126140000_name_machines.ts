import type { Knex } from 'knex';

/** What kind of machine wrote a message; null = a person, or written before this was known. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (t) => {
    t.string('machine', 20);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (t) => {
    t.dropColumn('machine');
  });
}
