import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('sending_domains', (t) => {
    t.increments('id');
    t.string('domain', 253).notNullable().unique();
    t.string('created_at').notNullable();
  });
  await knex.schema.createTable('signing_keys', (t) => {
    t.increments('id');
    t.integer('sending_domain_id').notNullable().references('sending_domains.id').onDelete('CASCADE');
    t.string('selector', 63).notNullable();
    t.text('public_key').notNullable();
    t.text('private_key');
    t.string('state').notNullable().checkIn(['making', 'published', 'active', 'retired'], 'signing_keys_state_known');
    t.string('problem').checkIn(['missing', 'different', 'no_answer'], 'signing_keys_problem_known');
    t.string('checked_at');
    t.string('activated_at');
    t.string('retired_at');
    t.string('created_at').notNullable();
    t.unique(['sending_domain_id', 'selector']);
  });
  await knex.raw("create unique index signing_keys_one_active on signing_keys (sending_domain_id) where state = 'active'");
  await knex.raw("create index signing_keys_awaited on signing_keys (id) where state = 'making'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('signing_keys');
  await knex.schema.dropTable('sending_domains');
}
