import type { Knex } from 'knex';

/**
 * Texts that agents put into their answers, of the whole company (no owner) or of one agent, with their files. `sought` holds the folded
 * words of name, folder and text; a list is at most some hundred rows of one owner, so it is looked through as it is.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('canned_responses', (t) => {
    t.increments('id');
    t.integer('owner_id').references('agents.id').onDelete('CASCADE');
    t.text('name').notNullable();
    t.string('name_key', 200).notNullable();
    t.text('folder').notNullable().defaultTo('');
    t.string('channel', 60);
    t.text('subject').notNullable().defaultTo('');
    t.text('text').notNullable();
    t.text('html');
    t.text('sought').notNullable();
    t.integer('used_count').notNullable().defaultTo(0);
    t.string('last_used_at');
    t.string('updated_at').notNullable();
    t.index(['owner_id', 'name_key', 'id']);
  });
  await knex.schema.createTable('canned_response_attachments', (t) => {
    t.increments('id');
    t.integer('canned_response_id').notNullable().references('canned_responses.id').onDelete('CASCADE');
    t.text('filename').notNullable();
    t.text('content_type').notNullable();
    t.bigInteger('bytes').notNullable();
    t.string('blob_sha256', 64).notNullable().references('blobs.sha256');
    t.index(['canned_response_id']);
    t.index(['blob_sha256']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('canned_response_attachments');
  await knex.schema.dropTable('canned_responses');
}
