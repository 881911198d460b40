import type { Knex } from 'knex';

/** What a draft was before: kept so that no text that somebody wrote is gone at once. The last index is for the night that takes the old ones away. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('draft_versions', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.integer('conversation_id').references('conversations.id').onDelete('CASCADE');
    t.string('kind').notNullable();
    t.text('html').notNullable();
    t.text('text').notNullable();
    t.text('fields').notNullable();
    t.string('reason').notNullable();
    t.string('kept_at').notNullable();
    t.index(['agent_id', 'conversation_id']);
    t.index(['agent_id', 'kept_at']);
    t.index(['kept_at']);
  });
  await knex.raw('create index draft_versions_by_conversation on draft_versions (conversation_id) where conversation_id is not null');
  await knex.schema.createTable('draft_version_files', (t) => {
    t.increments('id');
    t.integer('version_id').notNullable().references('draft_versions.id').onDelete('CASCADE');
    t.text('filename').notNullable();
    t.text('content_type').notNullable();
    t.bigInteger('bytes').notNullable();
    t.string('blob_sha256', 64).notNullable().references('blobs.sha256');
    t.index(['version_id']);
    t.index(['blob_sha256']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['draft_version_files', 'draft_versions']) await knex.schema.dropTable(table);
}
