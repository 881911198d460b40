import type { Knex } from 'knex';

/** What a company says of itself beyond what every company has; at most a hundred. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('company_variables', (t) => {
    t.increments('id');
    t.string('name', 40).notNullable().unique();
    t.string('label', 80).notNullable();
    t.text('value').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('company_variables');
}
