import type { Knex } from 'knex';

/** A conversation with a message whose sender is not who he says: the list shows it without looking at messages. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.boolean('pretends').notNullable().defaultTo(false);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.dropColumn('pretends');
  });
}
