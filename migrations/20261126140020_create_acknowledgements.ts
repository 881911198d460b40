import type { Knex } from 'knex';

/** What an inbox answers to a new conversation by itself, and who got such an answer when: at most one a day for each address. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('acknowledgements', (t) => {
    t.integer('inbox_id').primary().references('inboxes.id').onDelete('CASCADE');
    t.boolean('enabled').notNullable().defaultTo(false);
    t.string('language', 2).notNullable();
    t.text('subject').notNullable();
    t.text('text').notNullable();
    t.string('updated_at').notNullable();
  });
  await knex.schema.createTable('acknowledged_addresses', (t) => {
    t.string('address', 320).primary();
    t.string('sent_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('acknowledged_addresses');
  await knex.schema.dropTable('acknowledgements');
}
