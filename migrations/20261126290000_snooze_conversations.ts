import type { Knex } from 'knex';

/** Until when a conversation is put off, and by whom; both empty where it is not, and no moment where it waits for an answer alone. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.string('snoozed_until');
    t.integer('snoozed_by').references('agents.id').onDelete('SET NULL');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.dropForeign(['snoozed_by']);
    t.dropColumns('snoozed_until', 'snoozed_by');
  });
}
