import type { Knex } from 'knex';

const COLUMNS = [
  "availability varchar(20) not null default 'available'",
  'available_again_at varchar(40)',
  "ring varchar(10) not null default 'short'",
] as const;

/** Whether an agent is there and how long his browser rings; pictures of agents and the company's logo (`owner_id` 0). */
export async function up(knex: Knex): Promise<void> {
  for (const column of COLUMNS) await knex.raw(`alter table agents add column ${column}`);
  await knex.schema.createTable('pictures', (t) => {
    t.string('kind', 20).notNullable().checkIn(['agent', 'company'], 'pictures_kind_known');
    t.integer('owner_id').notNullable();
    t.string('blob_sha256', 64).notNullable().references('blobs.sha256');
    t.string('content_type', 20).notNullable();
    t.string('created_at').notNullable();
    t.primary(['kind', 'owner_id']);
    t.index(['blob_sha256']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('pictures');
  for (const column of COLUMNS) await knex.raw(`alter table agents drop column ${column.split(' ')[0]}`);
}
