import type { Knex } from 'knex';

const INDEXES = [
  ['conversations_by_team', 'assigned_team_id, status, last_message_at, id', 'assigned_team_id is not null'],
  [
    'conversations_waiting_by_team',
    "assigned_team_id, status, coalesce(waiting_since, '9'), id",
    "status = 'open' and assigned_team_id is not null",
  ],
] as const;

/** Which team a conversation is given to, beside a person or without one; null = none. In words of SQL, so that SQLite builds no table anew. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table conversations add column assigned_team_id integer references teams(id) on delete set null');
  for (const [name, columns, only] of INDEXES) await knex.raw(`create index ${name} on conversations (${columns}) where ${only}`);
  await knex.raw('alter table bulk_actions add column team_id integer');
}

export async function down(knex: Knex): Promise<void> {
  await knex('counters').whereLike('name', 'open.team.%').delete();
  await knex.raw('alter table bulk_actions drop column team_id');
  for (const [name] of INDEXES) await knex.raw(`drop index ${name}`);
  await knex.raw('alter table conversations drop column assigned_team_id');
}
