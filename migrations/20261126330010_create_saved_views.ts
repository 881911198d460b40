import type { Knex } from 'knex';

/** Lists of conversations that somebody gave a name: the address of each, whose it is, and whether everybody has it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('saved_views', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id');
    t.boolean('is_shared').notNullable();
    t.string('name').notNullable();
    t.string('query', 1000).notNullable();
    t.integer('position').notNullable();
    t.string('created_at').notNullable();
    t.index(['agent_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('saved_views');
}
