import type { Knex } from 'knex';

/** What is done beside sending a template's text, and what was done so, as long as the message can be taken back. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table canned_responses add column actions text');
  await knex.schema.createTable('macro_acts', (t) => {
    t.integer('message_id').primary().references('messages.id').onDelete('CASCADE');
    t.integer('canned_response_id').notNullable();
    t.text('done').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('macro_acts');
  await knex.raw('alter table canned_responses drop column actions');
}
