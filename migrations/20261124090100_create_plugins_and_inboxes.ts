import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('plugins', (t) => {
    t.string('name').primary();
    t.boolean('enabled').notNullable();
    t.string('changed_at').notNullable();
  });
  await knex.schema.createTable('plugin_state', (t) => {
    t.string('plugin').notNullable();
    t.string('key').notNullable();
    t.text('value').notNullable();
    t.primary(['plugin', 'key']);
  });
  await knex.schema.createTable('inboxes', (t) => {
    t.increments('id');
    t.string('channel').notNullable();
    t.text('name').notNullable();
    t.text('address').notNullable();
    t.text('settings').notNullable();
    t.string('status').notNullable().defaultTo('open').checkIn(['open', 'paused'], 'inboxes_status_known');
    t.string('created_at').notNullable();
    t.string('updated_at').notNullable();
    t.unique(['channel', 'address']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['inboxes', 'plugin_state', 'plugins']) await knex.schema.dropTable(table);
}
