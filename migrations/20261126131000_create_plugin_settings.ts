import type { Knex } from 'knex';

/** Settings of a plugin as a whole, as JSON with secrets sealed; no row = the manifest's defaults. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('plugin_settings', (t) => {
    t.string('plugin').primary();
    t.text('settings').notNullable();
    t.string('changed_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('plugin_settings');
}
