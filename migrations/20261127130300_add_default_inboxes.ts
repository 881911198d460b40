import type { Knex } from 'knex';

/** Which inbox an agent's new messages leave from, unless he chooses another one; null = the company's default. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table agents add column default_inbox_id integer references inboxes(id) on delete set null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table agents drop column default_inbox_id');
}
