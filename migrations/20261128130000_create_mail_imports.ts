import type { Knex } from 'knex';

/** Archives of mail that administrators sent by the browser, and how far each has been taken over. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('mail_imports', (t) => {
    t.increments('id');
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.text('files').notNullable();
    t.boolean('is_sent').notNullable();
    t.boolean('is_trial').notNullable();
    t.text('counts').notNullable();
    t.integer('file_at').notNullable().defaultTo(0);
    t.bigInteger('byte_at').notNullable().defaultTo(0);
    t.integer('number_at').notNullable().defaultTo(0);
    t.string('problem', 60);
    t.boolean('has_files').notNullable().defaultTo(true);
    t.string('started_at').notNullable();
    t.string('ended_at');
    t.index(['inbox_id']);
    t.index(['agent_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('mail_imports');
}
