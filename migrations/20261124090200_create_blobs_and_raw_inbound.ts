import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('blobs', (t) => {
    t.string('sha256', 64).primary();
    t.bigInteger('bytes').notNullable();
    t.string('created_at').notNullable();
  });
  await knex.schema.createTable('raw_inbound', (t) => {
    t.increments('id');
    t.string('spool_id').notNullable();
    t.integer('inbox_id').notNullable().references('inboxes.id');
    t.text('content_type').notNullable();
    t.text('envelope').notNullable();
    t.string('blob_sha256', 64).notNullable().references('blobs.sha256');
    t.bigInteger('bytes').notNullable();
    t.string('status').notNullable().checkIn(['waiting', 'received', 'report', 'spam', 'failed', 'duplicate'], 'raw_inbound_status_known');
    t.integer('attempts').notNullable().defaultTo(0);
    t.text('error');
    t.string('received_at').notNullable();
    t.string('settled_at');
    t.unique(['spool_id', 'inbox_id']);
    t.index(['inbox_id', 'blob_sha256']);
    t.index(['status', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['raw_inbound', 'blobs']) await knex.schema.dropTable(table);
}
