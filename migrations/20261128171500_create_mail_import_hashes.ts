import type { Knex } from 'knex';

/** What an import has read so far, by its bytes: the next slice knows what stands in the archive again. Gone when the import ends. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('mail_import_hashes', (t) => {
    t.integer('import_id').notNullable().references('mail_imports.id').onDelete('CASCADE');
    t.string('sha256', 64).notNullable();
    t.primary(['import_id', 'sha256']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('mail_import_hashes');
}
