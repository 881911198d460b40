import type { Knex } from 'knex';

/** For the members of a team alone; null = for everybody, or one agent's own. In words of SQL, so that SQLite builds no table anew. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table canned_responses add column team_id integer references teams(id) on delete set null');
  await knex.raw('create index canned_responses_of_team on canned_responses (team_id) where team_id is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex('canned_responses').whereNotNull('team_id').delete();
  await knex.raw('drop index canned_responses_of_team');
  await knex.raw('alter table canned_responses drop column team_id');
}
