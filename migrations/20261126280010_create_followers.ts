import type { Knex } from 'knex';

/** Agents who want to hear what the contact answers in a conversation that is not theirs, or were mentioned in a note of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('followers', (t) => {
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('agent_id').notNullable().references('agents.id');
    t.string('why', 20).notNullable();
    t.string('followed_at').notNullable();
    t.primary(['conversation_id', 'agent_id']);
    t.index(['agent_id']);
  });
  // So that receiving mail asks for followers only where there may be some.
  await knex.raw('alter table conversations add column has_followers boolean not null default false');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table conversations drop column has_followers');
  await knex.schema.dropTable('followers');
}
