import type { Knex } from 'knex';

/** What agents are told of. Unread there is one row for each agent, conversation and kind: further ones are counted in it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('notifications', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id');
    t.string('kind', 40).notNullable();
    t.string('why', 20).notNullable();
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('message_id');
    t.text('data').notNullable();
    t.integer('times').notNullable().defaultTo(1);
    t.string('created_at').notNullable();
    t.string('read_at');
    t.index(['agent_id', 'created_at', 'id'], 'notifications_list');
    t.index(['conversation_id'], 'notifications_conversation');
  });
  await knex.raw('create unique index notifications_unread on notifications (agent_id, conversation_id, kind) where read_at is null');
  await knex.raw('create index notifications_new on notifications (agent_id, created_at, id) where read_at is null');
  await knex.raw('create index notifications_old on notifications (read_at) where read_at is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('notifications');
}
