import type { Knex } from 'knex';

/** What attachments say that the page shows (a message in a message, an invitation), and which attachment holds another. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('attachments', (t) => {
    t.integer('inside');
  });
  await knex.schema.createTable('attachment_readings', (t) => {
    t.integer('attachment_id').primary().references('attachments.id').onDelete('CASCADE');
    t.string('kind').notNullable().checkIn(['message', 'invitation'], 'attachment_readings_kind_known');
    t.text('facts').notNullable();
    t.text('text').notNullable().defaultTo('');
    t.text('html');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('attachment_readings');
  await knex.schema.alterTable('attachments', (t) => {
    t.dropColumn('inside');
  });
}
