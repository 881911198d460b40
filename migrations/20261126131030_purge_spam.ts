import type { Knex } from 'knex';

/** The first finds a run that was cut short; without the others each deletion would read whole tables to see who refers to it (two more are made with held messages). */
const INDEXES = [
  ['blobs_discarded', 'blobs (discarded_at) where discarded_at is not null'],
  ['drafts_by_conversation', 'drafts (conversation_id) where conversation_id is not null'],
] as const;

/**
 * Spam is deleted some time after its receipt. What is left: the row of what was kept (`purged_at`), the name of its file
 * (`discarded_at`), and who was deleted when, how many and by which rule.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('raw_inbound', (t) => {
    t.string('purged_at');
  });
  await knex.schema.alterTable('blobs', (t) => {
    t.string('discarded_at');
  });
  for (const [name, on] of INDEXES) await knex.raw(`create index ${name} on ${on}`);
  await knex.schema.createTable('spam_purges', (t) => {
    t.increments('id');
    t.string('at').notNullable();
    t.string('actor').notNullable();
    t.integer('days').notNullable();
    t.integer('conversations').notNullable();
    t.integer('messages').notNullable();
    t.integer('files').notNullable();
    t.bigInteger('bytes').notNullable();
    t.string('oldest').notNullable();
    t.string('newest').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('spam_purges');
  for (const [name] of INDEXES) await knex.raw(`drop index ${name}`);
  await knex.schema.alterTable('blobs', (t) => {
    t.dropColumn('discarded_at');
  });
  await knex.schema.alterTable('raw_inbound', (t) => {
    t.dropColumn('purged_at');
  });
}
