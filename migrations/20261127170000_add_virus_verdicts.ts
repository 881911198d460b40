import type { Knex } from 'knex';

/** Whether a virus was found in a kept thing, and which. What no scanner could look at is asked about again: few rows, and only until it is back. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table raw_inbound add column virus_state varchar(20)');
  await knex.raw('alter table raw_inbound add column virus_name varchar(255)');
  await knex.raw("create index raw_inbound_unscanned on raw_inbound (id) where virus_state = 'unscanned'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index raw_inbound_unscanned');
  await knex.raw('alter table raw_inbound drop column virus_state');
  await knex.raw('alter table raw_inbound drop column virus_name');
}
