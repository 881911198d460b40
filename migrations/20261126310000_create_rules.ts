import type { Knex } from 'knex';

/**
 * What happens by itself to mail that fits, in the order of `position`; conditions and actions are JSON that names folders, labels and
 * agents by number, since a rule stays as it was written when one of them goes. `rule_acts` is what each did to which message, with what
 * undoing needs to know, or why it could not.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('rules', (t) => {
    t.increments('id');
    t.string('name', 200).notNullable();
    t.integer('position').notNullable();
    t.boolean('enabled').notNullable();
    t.boolean('answers').notNullable();
    t.boolean('stops').notNullable();
    t.string('match').notNullable().checkIn(['all', 'any'], 'rules_match_known');
    t.text('conditions').notNullable();
    t.text('actions').notNullable();
    t.integer('act_count').notNullable().defaultTo(0);
    t.string('last_act_at');
    t.string('created_at').notNullable();
    t.string('updated_at').notNullable();
    t.index(['position', 'id']);
  });
  await knex.schema.createTable('rule_acts', (t) => {
    t.increments('id');
    t.integer('rule_id').references('rules.id').onDelete('SET NULL');
    t.string('rule_name', 200).notNullable();
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('message_id').notNullable().references('messages.id').onDelete('CASCADE');
    t.string('at').notNullable();
    t.text('reasons').notNullable();
    t.text('deeds').notNullable();
    t.text('memory').notNullable();
    t.string('failure', 200);
    t.string('undone_at');
    t.integer('undone_by').references('agents.id').onDelete('SET NULL');
    t.text('left_over').notNullable().defaultTo('[]');
    t.index(['rule_id', 'id']);
    t.index(['message_id']);
    t.index(['conversation_id']);
  });
  await knex.raw('create index rule_acts_failed on rule_acts (rule_id, id) where failure is not null');
  await knex.raw('alter table conversations add column has_rule_acts boolean not null default false');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table conversations drop column has_rule_acts');
  await knex.schema.dropTable('rule_acts');
  await knex.schema.dropTable('rules');
}
