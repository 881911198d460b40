import type { Knex } from 'knex';

const COLOURS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'brown', 'grey'];

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('labels', (t) => {
    t.increments('id');
    t.text('name').notNullable();
    t.text('name_key').notNullable();
    t.string('colour').notNullable().checkIn(COLOURS, 'labels_colour_known');
    t.integer('position').notNullable();
    t.integer('conversation_count').notNullable().defaultTo(0);
    t.string('created_at').notNullable();
    t.string('removed_at');
    t.integer('merged_into_id').references('labels.id').onDelete('SET NULL');
    t.index(['merged_into_id']);
  });
  await knex.raw('create unique index labels_name on labels (name_key) where removed_at is null');
  await knex.raw('create index labels_in_order on labels (position, id) where removed_at is null');
  // `state` and `written_at` repeat what the conversation says, so that the list of a label is read in the order of an index.
  await knex.schema.createTable('conversation_labels', (t) => {
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('label_id').notNullable().references('labels.id').onDelete('CASCADE');
    t.string('state').notNullable();
    t.string('written_at').notNullable();
    t.integer('agent_id').references('agents.id').onDelete('SET NULL');
    t.string('labelled_at').notNullable();
    t.primary(['conversation_id', 'label_id']);
    t.index(['label_id', 'state', 'written_at', 'conversation_id']);
    t.index(['agent_id']);
  });
  await knex.schema.alterTable('conversations', (t) => {
    t.integer('label_count').notNullable().defaultTo(0);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('conversation_labels');
  await knex.schema.dropTable('labels');
  await knex.schema.alterTable('conversations', (t) => {
    t.dropColumn('label_count');
  });
}
