import type { Knex } from 'knex';

/**
 * What an agent does to many conversations at once, and what became of each of them. The items carry no reference to their conversation:
 * that one may be purged meanwhile, and looking for its items would read them all.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('bulk_actions', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id');
    t.string('kind', 20).notNullable();
    t.integer('target_id');
    t.string('until');
    t.text('list');
    t.string('cursor', 500);
    t.string('state', 20).notNullable();
    for (const column of ['total', 'done', 'same', 'refused', 'undone', 'stayed']) t.integer(column).notNullable().defaultTo(0);
    t.boolean('is_cut').notNullable().defaultTo(false);
    t.string('created_at').notNullable();
    t.string('finished_at');
    t.string('hidden_at');
    t.index(['agent_id', 'created_at']);
    t.index(['created_at']);
  });
  await knex.schema.createTable('bulk_action_items', (t) => {
    t.integer('bulk_action_id').notNullable().references('bulk_actions.id').onDelete('CASCADE');
    t.integer('conversation_id').notNullable();
    t.string('state', 20).notNullable();
    t.string('reason', 60);
    t.text('memory');
    t.primary(['bulk_action_id', 'conversation_id']);
    t.index(['bulk_action_id', 'state', 'conversation_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('bulk_action_items');
  await knex.schema.dropTable('bulk_actions');
}
