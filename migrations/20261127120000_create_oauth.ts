import type { Knex } from 'knex';

/** Logging in to accounts elsewhere by OAuth 2.0: our registration at each service, what people granted, and log-ins under way. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('oauth_clients', (t) => {
    t.string('service').primary();
    t.string('client_id').notNullable();
    t.text('client_secret').notNullable().comment('sealed; empty = a public client');
    t.string('tenant').notNullable();
    t.string('secret_expires_on').comment('YYYY-MM-DD as the administrator copied it');
    t.integer('warned_days').comment('the last warning before the secret ends, in days');
    t.string('updated_at').notNullable();
  });
  await knex.schema.createTable('oauth_grants', (t) => {
    t.increments('id');
    t.string('service').notNullable();
    t.string('account').notNullable();
    t.text('scopes').notNullable();
    t.string('state').notNullable().checkIn(['asked', 'granted', 'lapsed'], 'oauth_grants_state_known');
    t.text('access_token').notNullable();
    t.string('access_expires_at');
    t.text('refresh_token').notNullable();
    t.string('refresh_expires_at');
    t.boolean('is_public').notNullable().defaultTo(false).comment('granted to us without our secret: refreshed without it too');
    t.integer('warned_days');
    t.string('created_at').notNullable();
    t.string('updated_at').notNullable();
  });
  await knex.schema.createTable('oauth_logins', (t) => {
    t.increments('id');
    t.integer('grant_id').notNullable().references('id').inTable('oauth_grants').onDelete('CASCADE').index();
    t.integer('agent_id').notNullable().references('id').inTable('agents').onDelete('CASCADE').index();
    t.integer('session_id').notNullable();
    t.string('way').notNullable().checkIn(['code', 'device'], 'oauth_logins_way_known');
    t.string('state').notNullable().checkIn(['waiting', 'working', 'done', 'failed'], 'oauth_logins_state_known');
    t.string('key_sha256').unique().comment('of the state parameter');
    t.text('verifier').notNullable().comment('sealed: of PKCE, or the device code');
    t.text('address').notNullable().comment('where the person logs in');
    t.string('user_code').notNullable();
    t.string('redirect_uri').notNullable();
    t.integer('interval_seconds').notNullable();
    t.string('problem');
    t.text('detail');
    t.string('back').notNullable();
    t.string('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('oauth_logins');
  await knex.schema.dropTable('oauth_grants');
  await knex.schema.dropTable('oauth_clients');
}
