import type { Knex } from 'knex';

/** Inboxes that are being connected to an account elsewhere: how far somebody came. Gone when it is done, or after a week. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('inbox_connections', (t) => {
    t.increments('id');
    t.string('channel').notNullable();
    t.string('provider').notNullable();
    t.integer('inbox_id').references('id').inTable('inboxes').onDelete('CASCADE').index();
    t.string('name').notNullable();
    t.string('address').notNullable();
    t.text('settings').notNullable();
    t.string('state').notNullable().checkIn(['account', 'trying', 'found'], 'inbox_connections_state_known');
    t.text('stages').notNullable();
    t.text('places').notNullable();
    t.string('created_at').notNullable();
    t.string('updated_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('inbox_connections');
}
