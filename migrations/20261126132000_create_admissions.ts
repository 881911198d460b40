import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('admissions', (t) => {
    t.increments('id');
    t.string('verdict').notNullable().checkIn(['deny', 'allow'], 'admissions_verdict_known');
    t.string('subject').notNullable().checkIn(['network', 'helo', 'sender'], 'admissions_subject_known');
    t.string('value', 320).notNullable();
    t.string('reason', 500).notNullable();
    t.integer('hits').notNullable().defaultTo(0);
    t.string('last_hit_at');
    t.string('created_at').notNullable();
    t.unique(['subject', 'value']);
  });
  await knex.schema.createTable('greylisted', (t) => {
    t.string('key', 64).primary();
    t.integer('passes').notNullable().defaultTo(0);
    t.string('first_seen_at').notNullable();
    t.string('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('greylisted');
  await knex.schema.dropTable('admissions');
}
