import type { Knex } from 'knex';

/** Files that no scanner could look at when they were taken, and what was found in them since; a clean one has no row. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('file_scans', (t) => {
    t.string('sha256', 64).primary();
    t.bigInteger('bytes').notNullable();
    t.string('virus_state').notNullable();
    t.string('virus_name');
    t.string('noted_at').notNullable();
    t.index(['virus_state', 'sha256']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('file_scans');
}
