import type { Knex } from 'knex';

/**
 * Teams with who is in them, and what was said about a team and a folder: `folder_access` follows from it as from `folder_rights`.
 * A team that was removed keeps its row, so that what happened can still be told with its name.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('teams', (t) => {
    t.increments('id');
    t.text('name').notNullable();
    t.text('name_key').notNullable();
    t.integer('position').notNullable();
    t.string('created_at').notNullable();
    t.string('removed_at');
  });
  await knex.raw('create unique index teams_name on teams (name_key) where removed_at is null');
  await knex.schema.createTable('team_members', (t) => {
    t.integer('team_id').notNullable().references('teams.id').onDelete('CASCADE');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.primary(['team_id', 'agent_id']);
    t.index(['agent_id']);
  });
  await knex.schema.createTable('team_folder_rights', (t) => {
    t.integer('folder_id').notNullable().references('folders.id').onDelete('CASCADE');
    t.integer('team_id').notNullable().references('teams.id').onDelete('CASCADE');
    t.integer('level').notNullable().checkBetween([0, 4], 'team_folder_rights_level_known');
    t.primary(['folder_id', 'team_id']);
    t.index(['team_id']);
  });
}

/** `folder_access` stays as it is until somebody changes a right: nobody sees less by going back. */
export async function down(knex: Knex): Promise<void> {
  for (const table of ['team_folder_rights', 'team_members', 'teams']) await knex.schema.dropTable(table);
}
