import type { Knex } from 'knex';

/** The list of reports about nothing that we sent, in Settings → Unreadable. Its condition stands word for word in core/ingest/store.ts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("create index raw_inbound_unmatched on raw_inbound (id) where error like 'report_unmatched:%'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index raw_inbound_unmatched');
}
