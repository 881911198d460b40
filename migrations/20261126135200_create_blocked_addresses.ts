import type { Knex } from 'knex';

/** Addresses that get no mail any more. A row that a person unblocked stays as history. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('blocked_addresses', (t) => {
    t.increments('id');
    t.text('address').notNullable();
    t.text('reason').notNullable();
    t.string('enhanced_status');
    t.integer('conversation_id').notNullable();
    t.string('blocked_at').notNullable();
    t.string('unblocked_at');
    t.integer('unblocked_by');
  });
  await knex.raw('create unique index blocked_addresses_now on blocked_addresses (address) where unblocked_at is null');
  await knex.raw('create index blocked_addresses_list on blocked_addresses (id) where unblocked_at is null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('blocked_addresses');
}
