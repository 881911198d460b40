import type { Knex } from 'knex';

const ADDED = ['in_app', 'signals', 'started_at'] as const;

/** What each agent wants to be told of and how, when he wants no sound, and what of a notification follows from that. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('notifications', (t) => {
    t.boolean('in_app').notNullable().defaultTo(true);
    t.string('signals', 20).notNullable().defaultTo('');
    t.string('started_at');
  });
  await knex.schema.createTable('notification_choices', (t) => {
    t.string('event', 40).notNullable();
    t.integer('agent_id').notNullable().references('agents.id');
    t.boolean('app').notNullable();
    t.boolean('sound').notNullable();
    t.boolean('desktop').notNullable();
    t.primary(['event', 'agent_id']);
    t.index(['agent_id']);
  });
  await knex.schema.createTable('notification_hours', (t) => {
    t.integer('agent_id').primary().references('agents.id');
    t.string('quiet_from', 5).notNullable();
    t.string('quiet_until', 5).notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('notification_hours');
  await knex.schema.dropTable('notification_choices');
  for (const column of ADDED) await knex.raw(`alter table notifications drop column ${column}`);
}
