import type { Knex } from 'knex';

/** Who decided what about a delivery that nobody could tell the fate of, and the list of conversations with something undelivered. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => {
    t.string('decision');
    t.integer('decided_by');
    t.string('decided_at');
  });
  await knex.raw('create index conversations_failed on conversations (status, last_message_at, id) where failed_deliveries > 0');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index conversations_failed');
  for (const column of ['decision', 'decided_by', 'decided_at']) await knex.raw(`alter table deliveries drop column ${column}`);
}
