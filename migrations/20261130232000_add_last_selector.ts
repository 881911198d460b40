import type { Knex } from 'knex';

/** The newest selector of a domain stays known when its key is removed: resolvers hold its record for a while, so no other key gets it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sending_domains', (t) => {
    t.string('last_selector', 63);
  });
  await knex.raw(
    `update sending_domains set last_selector =
      (select selector from signing_keys where sending_domain_id = sending_domains.id order by signing_keys.id desc limit 1)`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sending_domains', (t) => {
    t.dropColumn('last_selector');
  });
}
