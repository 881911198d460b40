import type { Knex } from 'knex';

/** Labels that say what a contact is, beside those that say what a conversation is about. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('contact_labels', (t) => {
    t.integer('contact_id').notNullable().references('contacts.id').onDelete('CASCADE');
    t.integer('label_id').notNullable().references('labels.id').onDelete('CASCADE');
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.string('labelled_at').notNullable();
    t.primary(['contact_id', 'label_id']);
    t.index(['label_id', 'contact_id']);
    t.index(['agent_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('contact_labels');
}
