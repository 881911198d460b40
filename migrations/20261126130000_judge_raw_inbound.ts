import type { Knex } from 'knex';

/** What was found out about a kept thing before it was received: who really sent it, and how much it looks like spam. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('raw_inbound', (t) => {
    t.text('authentication');
    t.string('spam_state');
    t.double('spam_score');
    t.text('spam_report');
    t.string('spam_reason');
    t.string('judged_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('raw_inbound', (t) => {
    t.dropColumns('authentication', 'spam_state', 'spam_score', 'spam_report', 'spam_reason', 'judged_at');
  });
}
