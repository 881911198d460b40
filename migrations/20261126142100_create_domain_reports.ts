import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('domain_reports', (t) => {
    t.increments('id');
    t.string('domain', 253).notNullable();
    t.string('organisation').notNullable();
    t.string('report_id').notNullable();
    t.string('policy').notNullable();
    t.string('begin_at').notNullable();
    t.string('end_at').notNullable();
    t.string('received_at').notNullable().index();
    t.unique(['domain', 'organisation', 'report_id']);
  });
  await knex.schema.createTable('domain_report_rows', (t) => {
    t.increments('id');
    t.integer('domain_report_id').notNullable().references('id').inTable('domain_reports').onDelete('CASCADE').index();
    t.string('domain', 253).notNullable();
    t.string('organisation').notNullable();
    t.string('day', 10).notNullable();
    t.string('source_ip', 45).notNullable();
    t.string('header_from', 253).notNullable();
    t.text('vouched_by').notNullable();
    for (const name of ['messages', 'passed', 'spf_passed', 'dkim_passed', 'quarantined', 'rejected']) t.integer(name).notNullable();
    t.index(['domain', 'day']);
    t.index(['domain', 'source_ip', 'day']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('domain_report_rows');
  await knex.schema.dropTable('domain_reports');
}
