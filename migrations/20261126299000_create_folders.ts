import type { Knex } from 'knex';

/** The lists of one folder, each read in the order of an index. The first also finds everything that a folder holds. */
const INDEXES = [
  ['conversations_folder', 'folder_id, status, last_message_at, id', ''],
  [
    'conversations_folder_closed',
    'folder_id, last_message_at, id',
    "where status = 'closed' and spam_at is null and merged_into_id is null",
  ],
  ['conversations_folder_spam', 'folder_id, last_message_at, id', 'where spam_at is not null'],
  ['conversations_folder_waiting', "folder_id, coalesce(waiting_since, '9'), id", "where status = 'open'"],
] as const;

const isPostgres = (knex: Knex): boolean => knex.client.config.client === 'pg';

/**
 * Where conversations are sorted: a tree below one top folder that is always there and is number 1. `folder_rights` is what an
 * administrator said; `folder_access` is what follows from it for every agent and folder, so that a list asks nothing else.
 */
export async function up(knex: Knex): Promise<void> {
  const at = new Date().toISOString();
  await knex.schema.createTable('folders', (t) => {
    t.increments('id');
    t.integer('parent_id').references('folders.id');
    t.text('name').notNullable();
    t.text('name_key').notNullable();
    t.integer('position').notNullable();
    t.string('created_at').notNullable();
    t.unique(['parent_id', 'name_key']);
  });
  await knex.raw('create unique index folders_one_top on folders ((parent_id is null)) where parent_id is null');
  await knex('folders').insert({ parent_id: null, name: '', name_key: '', position: 1, created_at: at });
  await knex.schema.createTable('folder_rights', (t) => {
    t.integer('folder_id').notNullable().references('folders.id').onDelete('CASCADE');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.integer('level').notNullable().checkBetween([0, 4], 'folder_rights_level_known');
    t.primary(['folder_id', 'agent_id']);
    t.index(['agent_id']);
  });
  await knex.schema.createTable('folder_access', (t) => {
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.integer('folder_id').notNullable().references('folders.id').onDelete('CASCADE');
    t.integer('level').notNullable().checkBetween([1, 4], 'folder_access_level_known');
    t.primary(['agent_id', 'folder_id']);
    t.index(['folder_id']);
  });
  await knex.raw(
    `insert into folder_access (agent_id, folder_id, level) select id, 1, case when role = 'administrator' then 4 else 3 end from agents`,
  );
  // SQLite adds no column that has both a default and a reference; there a trigger keeps a folder that is in use.
  await knex.raw(
    `alter table conversations add column folder_id integer not null default 1${isPostgres(knex) ? ' references folders(id)' : ''}`,
  );
  if (!isPostgres(knex))
    await knex.raw(
      `create trigger folders_in_use before delete on folders when exists (select 1 from conversations where folder_id = old.id)
       begin select raise(abort, 'the folder holds conversations'); end`,
    );
  for (const [name, columns, only] of INDEXES) await knex.raw(`create index ${name} on conversations (${columns}) ${only}`);
  await knex.raw('alter table inboxes add column folder_id integer references folders(id) on delete set null');
  await knex.schema.createTable('conversation_shares', (t) => {
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('agent_id').notNullable().references('agents.id').onDelete('CASCADE');
    t.integer('shared_by').references('agents.id').onDelete('SET NULL');
    t.string('shared_at').notNullable();
    t.primary(['conversation_id', 'agent_id']);
    t.index(['agent_id', 'conversation_id']);
    t.index(['shared_by']);
  });
  // Counters of conversations are kept for each folder; until now everything was in the top one.
  await knex.raw(`update counters set name = name || '@1' where name like 'conversations.%' or name like 'open.%'`);
  await knex('counters').where({ value: 0 }).delete();
}

export async function down(knex: Knex): Promise<void> {
  const rows: { name: string; value: number }[] = await knex('counters').where('name', 'like', '%@%').select('name', 'value');
  await knex('counters').where('name', 'like', '%@%').delete();
  for (const { name, value } of rows)
    await knex('counters')
      .insert({ name: name.replace(/@\d+$/, ''), value })
      .onConflict('name')
      .merge({ value: knex.raw('counters.value + excluded.value') });
  await knex.schema.dropTable('conversation_shares');
  await knex.raw('alter table inboxes drop column folder_id');
  for (const [name] of INDEXES) await knex.raw(`drop index ${name}`);
  if (!isPostgres(knex)) await knex.raw('drop trigger folders_in_use');
  await knex.raw('alter table conversations drop column folder_id');
  for (const table of ['folder_access', 'folder_rights', 'folders']) await knex.schema.dropTable(table);
}
