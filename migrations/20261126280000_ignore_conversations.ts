import type { Knex } from 'knex';

/** Who said when that a conversation needs no answer, and since when its contact had waited; null = nobody did. The unanswered ones are counted. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (t) => {
    t.string('ignored_at');
    t.integer('ignored_by');
    t.string('ignored_since');
  });
  const unanswered = knex('conversations').where({ status: 'open' }).whereRaw('spam_at is null and merged_into_id is null');
  const [row] = await unanswered.whereNotNull('waiting_since').count('* as n');
  const value = Number(row?.['n'] ?? 0);
  if (value > 0) await knex('counters').insert({ name: 'open.unanswered', value });
}

export async function down(knex: Knex): Promise<void> {
  await knex('counters').where({ name: 'open.unanswered' }).delete();
  for (const column of ['ignored_since', 'ignored_by', 'ignored_at']) await knex.raw(`alter table conversations drop column ${column}`);
}
