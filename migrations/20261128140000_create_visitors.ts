import type { Knex } from 'knex';

/** Talks with visitors of the company's website: who holds which, and what stands in his window, as ids of messages. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('visitors', (t) => {
    t.increments('id');
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.string('address').notNullable().unique();
    t.string('token_hash', 64).notNullable().unique();
    t.text('name').notNullable();
    t.text('email').notNullable();
    t.string('created_at').notNullable();
    t.string('seen_at').notNullable().index();
  });
  await knex.schema.createTable('visitor_lines', (t) => {
    t.increments('id');
    t.integer('visitor_id').notNullable().references('visitors.id').onDelete('CASCADE');
    t.string('external_id').notNullable();
    t.string('external_id_hash', 64).notNullable();
    t.boolean('is_ours').notNullable();
    t.string('fetched_at');
    t.unique(['visitor_id', 'external_id']);
    t.index(['visitor_id', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['visitor_lines', 'visitors']) await knex.schema.dropTable(table);
}
