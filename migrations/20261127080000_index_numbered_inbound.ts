import type { Knex } from 'knex';

/** What was fetched from a server that numbers its messages, of one inbox: compared with the server each day. Few inboxes have any. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index raw_inbound_numbered on raw_inbound (inbox_id, id) where envelope like '%"uidValidity":%'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index raw_inbound_numbered');
}
