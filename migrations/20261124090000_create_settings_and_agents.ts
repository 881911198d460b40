import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('settings', (t) => {
    t.string('key').primary();
    t.text('value').notNullable();
    t.string('updated_at').notNullable();
  });
  await knex.schema.createTable('agents', (t) => {
    t.increments('id');
    t.string('email').notNullable().unique();
    t.text('first_name').notNullable();
    t.text('last_name').notNullable();
    t.string('password_hash');
    t.string('role').notNullable().checkIn(['administrator', 'agent'], 'agents_role_known');
    t.string('status').notNullable().defaultTo('active').checkIn(['active', 'disabled'], 'agents_status_known');
    t.string('language').notNullable();
    t.string('theme').notNullable().defaultTo('auto');
    t.text('job_title').notNullable().defaultTo('');
    t.string('created_at').notNullable();
    t.string('last_login_at');
  });
  await knex.schema.createTable('sessions', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.text('ip').notNullable();
    t.text('user_agent').notNullable();
    t.string('created_at').notNullable();
    t.string('last_seen_at').notNullable();
    t.string('expires_at').notNullable();
    t.string('revoked_at');
    t.index(['agent_id', 'revoked_at']);
  });
  await knex.schema.createTable('password_resets', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.string('token_hash').notNullable().unique();
    t.string('created_at').notNullable();
    t.string('expires_at').notNullable();
    t.string('used_at');
    t.index(['agent_id']);
  });
  await knex.schema.createTable('api_keys', (t) => {
    t.increments('id');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.string('name').notNullable();
    t.string('key_hash').notNullable().unique();
    t.string('created_at').notNullable();
    t.string('last_used_at');
    t.string('revoked_at');
    t.index(['agent_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['api_keys', 'password_resets', 'sessions', 'agents', 'settings']) await knex.schema.dropTable(table);
}
