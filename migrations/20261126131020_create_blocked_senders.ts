import type { Knex } from 'knex';

/** Whose mail is kept in spam, whatever its score. Not to be mixed with the addresses we do not write to. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('blocked_senders', (t) => {
    t.increments('id');
    t.string('kind').notNullable().checkIn(['address', 'domain'], 'blocked_senders_kind_known');
    t.string('value').notNullable().unique();
    t.integer('author_id').references('agents.id').onDelete('SET NULL');
    t.string('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('blocked_senders');
}
