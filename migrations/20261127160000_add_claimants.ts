import type { Knex } from 'knex';

/** Which of several processes has taken a delivery or a job; null with SQLite, where there is one. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table deliveries add column claimed_by integer');
  await knex.raw('alter table jobs add column claimed_by integer');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table jobs drop column claimed_by');
  await knex.raw('alter table deliveries drop column claimed_by');
}
