import type { Knex } from 'knex';

/** What waits in an inbox is found without reading what waits in the others. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("create index deliveries_due_of_inbox on deliveries (inbox_id, next_attempt_at) where status in ('queued', 'deferred')");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index deliveries_due_of_inbox');
}
