import type { Knex } from 'knex';

const GUARDS = ['update', 'delete'] as const;

/** Who did what and when, for ever: entries are chained and the database itself refuses to change or delete one. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_entries', (t) => {
    t.integer('seq').primary();
    t.string('at').notNullable();
    t.string('area').notNullable();
    t.string('act').notNullable();
    t.integer('agent_id').notNullable();
    t.string('origin').notNullable();
    t.text('data').notNullable();
    t.string('hash', 64).notNullable();
    t.index(['area', 'seq']);
    t.index(['agent_id', 'seq']);
    t.index(['at', 'seq']);
  });
  await knex.schema.createTable('audit_head', (t) => {
    t.integer('id').primary();
    t.integer('seq').notNullable();
    t.string('hash', 64).notNullable();
  });
  await knex('audit_head').insert({ id: 1, seq: 0, hash: '0'.repeat(64) });
  if (knex.client.config.client === 'pg') {
    await knex.raw(
      `create function audit_is_fixed() returns trigger language plpgsql as $$ begin raise exception 'audit entries are never changed'; end $$`,
    );
    for (const event of GUARDS)
      await knex.raw(`create trigger audit_no_${event} before ${event} on audit_entries for each row execute function audit_is_fixed()`);
  } else
    for (const event of GUARDS)
      await knex.raw(
        `create trigger audit_no_${event} before ${event} on audit_entries begin select raise(abort, 'audit entries are never changed'); end`,
      );
}

export async function down(knex: Knex): Promise<void> {
  const isPostgres = knex.client.config.client === 'pg';
  for (const event of GUARDS) await knex.raw(`drop trigger audit_no_${event}${isPostgres ? ' on audit_entries' : ''}`);
  await knex.schema.dropTable('audit_head');
  await knex.schema.dropTable('audit_entries');
  if (isPostgres) await knex.raw('drop function audit_is_fixed()');
}
