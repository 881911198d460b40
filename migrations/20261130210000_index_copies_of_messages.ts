import type { Knex } from 'knex';

/** What was kept once more of a message that is there, to be deleted with it. Its condition stands word for word in core/purges/copies-store.ts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("create index raw_inbound_copies on raw_inbound (error) where error like 'same message as %'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index raw_inbound_copies');
}
