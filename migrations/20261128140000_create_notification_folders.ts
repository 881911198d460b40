import type { Knex } from 'knex';

/** Of which folders and teams an agent hears what is nobody's, as of inboxes; none of a kind = of all. */
export async function up(knex: Knex): Promise<void> {
  for (const [table, column, place] of PLACES) {
    await knex.schema.createTable(table, (t) => {
      t.integer('agent_id').notNullable().references('agents.id');
      t.integer(column).notNullable().references(`${place}.id`).onDelete('CASCADE');
      t.primary(['agent_id', column]);
      t.index([column]);
    });
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const [table] of PLACES) await knex.schema.dropTable(table);
}

const PLACES = [
  ['notification_folders', 'folder_id', 'folders'],
  ['notification_teams', 'team_id', 'teams'],
] as const;
