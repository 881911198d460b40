import type { Knex } from 'knex';

/** Whose each conversation became, when and by whom: what its time line tells. Nobody = neither an agent nor a team. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('assignments', (t) => {
    t.increments('id');
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('after_message_id').notNullable();
    t.integer('agent_id').references('agents.id');
    t.integer('team_id').references('teams.id');
    t.integer('by_agent_id').references('agents.id');
    t.string('at').notNullable();
    t.index(['conversation_id', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('assignments');
}
