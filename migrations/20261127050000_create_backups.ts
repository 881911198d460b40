import type { Knex } from 'knex';

/** What became of each backup. Those that a restored database still remembers may be gone from the repository. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('backups', (t) => {
    t.increments('id');
    t.string('trigger').notNullable().checkIn(['night', 'button', 'command'], 'backups_trigger_known');
    t.string('state').notNullable().checkIn(['running', 'verified', 'kept', 'failed'], 'backups_state_known');
    t.string('started_at').notNullable();
    t.string('finished_at');
    t.string('snapshot');
    t.bigInteger('bytes').notNullable().defaultTo(0);
    t.bigInteger('added_bytes').notNullable().defaultTo(0);
    t.integer('files').notNullable().defaultTo(0);
    t.integer('rows').notNullable().defaultTo(0);
    t.integer('files_compared').notNullable().defaultTo(0);
    t.string('problem');
    t.text('detail');
    t.index(['state', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('backups');
}
