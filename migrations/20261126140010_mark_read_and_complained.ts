import type { Knex } from 'knex';

/** When a read receipt, or a complaint about spam, came for a delivery; null = never. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => {
    t.string('read_at');
    t.string('complained_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => {
    t.dropColumn('complained_at');
    t.dropColumn('read_at');
  });
}
