import type { Knex } from 'knex';

/** The company's own files, in folders: a folder is a row without a blob, `parent_id` null is the top. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('files', (t) => {
    t.increments('id');
    t.integer('parent_id').references('files.id');
    t.boolean('is_folder').notNullable();
    t.text('name').notNullable();
    t.string('name_key', 200).notNullable();
    t.text('content_type').notNullable().defaultTo('');
    t.bigInteger('bytes').notNullable().defaultTo(0);
    t.string('blob_sha256', 64).references('blobs.sha256');
    t.integer('added_by').references('agents.id').onDelete('SET NULL');
    t.string('added_at').notNullable();
    t.index(['parent_id', 'name_key', 'id']);
    t.index(['name_key', 'id']);
    t.index(['blob_sha256']);
    t.index(['added_by']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('files');
}
