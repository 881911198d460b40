import type { Knex } from 'knex';

/** Whether it is in the counts of its import: what a slice stored before it was cut short is not yet. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('mail_import_hashes', (t) => {
    t.boolean('is_counted').notNullable().defaultTo(true);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('mail_import_hashes', (t) => {
    t.dropColumn('is_counted');
  });
}
