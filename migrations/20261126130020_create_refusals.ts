import type { Knex } from 'knex';

/** Mail that was refused by a policy, so that an administrator sees what his setting does: numbers by day, and the last ones in full. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('refusals', (t) => {
    t.increments('id');
    t.string('day', 10).notNullable();
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.string('reason').notNullable();
    t.string('sender_domain').notNullable();
    t.integer('n').notNullable();
    t.unique(['day', 'inbox_id', 'reason', 'sender_domain']);
  });
  await knex.schema.createTable('refused_mails', (t) => {
    t.increments('id');
    t.integer('inbox_id').notNullable().references('inboxes.id').onDelete('CASCADE');
    t.string('reason').notNullable();
    t.string('sender_domain').notNullable();
    t.text('mail_from').notNullable();
    t.string('remote_ip').notNullable();
    t.string('refused_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['refused_mails', 'refusals']) await knex.schema.dropTable(table);
}
