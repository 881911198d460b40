import type { Knex } from 'knex';

const RETURNED = "error like 'tombstone:%'";

/**
 * What was deleted for good leaves a tombstone for each message, so that the same mail, fetched or handed in again, does not come back: found
 * by the bytes it came as, or by its id together with who wrote it when (`identity`). What came again is a duplicate that names its tombstone.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('tombstones', (t) => {
    t.increments('id');
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.integer('conversation_id').notNullable();
    t.boolean('is_ours').notNullable();
    t.text('external_id');
    t.string('external_id_hash', 64);
    t.string('identity', 64);
    t.string('sha256', 64);
    t.string('purged_at').notNullable();
    t.integer('returns').notNullable().defaultTo(0);
    t.string('returned_at');
    t.index(['inbox_id', 'external_id_hash']);
    t.index(['inbox_id', 'sha256']);
  });
  await knex.raw(`create index raw_inbound_returned on raw_inbound (id) where ${RETURNED}`);
  // Two kinds of purges share their log.
  await knex.raw("alter table spam_purges add column kind varchar(20) not null default 'spam'");
  await knex.raw('create index spam_purges_by_kind on spam_purges (kind, id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index spam_purges_by_kind');
  await knex('spam_purges').where({ kind: 'trash' }).delete();
  await knex.raw('alter table spam_purges drop column kind');
  await knex.raw('drop index raw_inbound_returned');
  await knex.schema.dropTable('tombstones');
}
