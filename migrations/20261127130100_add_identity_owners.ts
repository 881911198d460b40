import type { Knex } from 'knex';

/**
 * Whoever writes to somebody's personal mailbox is a contact of its owner alone, beside the company's of the same address: else a name from
 * a personal letter would stand in conversations of the company.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table identities add column owner_id integer references agents(id)');
  if (knex.client.config.client === 'pg') await knex.raw('alter table identities drop constraint identities_kind_address_unique');
  else await knex.raw('drop index identities_kind_address_unique');
  await knex.raw('create unique index identities_of_company on identities (kind, address) where owner_id is null');
  await knex.raw('create unique index identities_of_owner on identities (kind, address, owner_id) where owner_id is not null');
}

/** Personal contacts stay without their addresses. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index identities_of_owner');
  await knex.raw('drop index identities_of_company');
  await knex('identities').whereNotNull('owner_id').delete();
  await knex.raw('alter table identities drop column owner_id');
  if (knex.client.config.client === 'pg')
    await knex.raw('alter table identities add constraint identities_kind_address_unique unique (kind, address)');
  else await knex.raw('create unique index identities_kind_address_unique on identities (kind, address)');
}
