import type { Knex } from 'knex';

/** How many callers were sent away before they handed anything over: one row for a day and a reason, so never many. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('turn_aways', (t) => {
    t.string('day', 10).notNullable();
    t.string('reason').notNullable();
    t.integer('n').notNullable();
    t.primary(['day', 'reason']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('turn_aways');
}
