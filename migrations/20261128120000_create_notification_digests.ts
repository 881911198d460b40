import type { Knex } from 'knex';

/** Who is written to of what waits behind his bell, how often and until when he knows; and from which inboxes he hears of what is nobody's. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('notification_digests', (t) => {
    t.integer('agent_id').primary().references('agents.id');
    t.string('every', 4).notNullable().checkIn(['hour', 'day'], 'notification_digests_every_known');
    t.string('told_at').notNullable();
  });
  await knex.schema.createTable('notification_inboxes', (t) => {
    t.integer('agent_id').notNullable().references('agents.id');
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.primary(['agent_id', 'inbox_id']);
    t.index(['inbox_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['notification_inboxes', 'notification_digests']) await knex.schema.dropTable(table);
}
