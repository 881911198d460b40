import type { Knex } from 'knex';

/** How a thing that was received is counted: not at all once its bytes are gone or are there another time. */
const kindOf = (row: string): string =>
  `case when ${row}.purged_at is not null or ${row}.status = 'duplicate' then null when ${row}.status = 'spam' then 'spam' else 'received' end`;

const ADD = 'on conflict (inbox_id, kind) do update set bytes = storage_use.bytes + excluded.bytes;';
const move = (row: 'old' | 'new', sign: '' | '-'): string =>
  `insert into storage_use (inbox_id, kind, bytes) select ${row}.inbox_id, ${kindOf(row)}, ${sign}${row}.bytes where ${kindOf(row)} is not null ${ADD}`;

const ATTACHED =
  "insert into storage_use (inbox_id, kind, bytes) select m.inbox_id, 'sent', new.bytes from messages m where m.id = new.message_id and m.direction = 'outbound'";
const DETACHED =
  "insert into storage_use (inbox_id, kind, bytes) select old.inbox_id, 'sent', -coalesce(sum(a.bytes), 0) from attachments a where a.message_id = old.id";

/** Kept with every write, whoever writes: what an inbox takes up cannot drift from the rows. */
const TRIGGERS = [
  ['raw_inbound', 'kept', 'after insert', '', move('new', '')],
  ['raw_inbound', 'settled', 'after update', `${kindOf('old')} is distinct from ${kindOf('new')}`, move('old', '-') + move('new', '')],
  ['raw_inbound', 'gone', 'after delete', '', move('old', '-')],
  ['attachments', 'attached', 'after insert', '', `${ATTACHED} ${ADD}`],
  // Its attachments go with it.
  ['messages', 'detached', 'before delete', "old.direction = 'outbound'", `${DETACHED} ${ADD}`],
] as const;

export async function up(knex: Knex): Promise<void> {
  const isPostgres = knex.client.config.client === 'pg';
  await knex.schema.createTable('storage_use', (t) => {
    t.integer('inbox_id').notNullable();
    t.string('kind').notNullable().checkIn(['received', 'spam', 'sent'], 'storage_use_kind_known');
    t.bigInteger('bytes').notNullable();
    t.primary(['inbox_id', 'kind']);
  });
  // `inbox_id` 0 = all of them together.
  await knex.schema.createTable('storage_limits', (t) => {
    t.integer('inbox_id').primary();
    t.bigInteger('bytes');
    t.integer('told_percent').notNullable().defaultTo(0);
  });
  await knex.raw(
    `insert into storage_use (inbox_id, kind, bytes) select inbox_id, ${kindOf('raw_inbound')}, sum(bytes) from raw_inbound where ${kindOf('raw_inbound')} is not null group by 1, 2`,
  );
  await knex.raw(
    "insert into storage_use (inbox_id, kind, bytes) select m.inbox_id, 'sent', sum(a.bytes) from attachments a join messages m on m.id = a.message_id where m.direction = 'outbound' group by 1, 2",
  );
  for (const [table, name, event, when, body] of TRIGGERS) {
    const condition = when === '' ? '' : `when (${when})`;
    if (isPostgres) {
      const row = event.endsWith('delete') ? 'old' : 'new';
      await knex.raw(`create function storage_${name}() returns trigger language plpgsql as $$ begin ${body} return ${row}; end $$`);
      await knex.raw(`create trigger storage_${name} ${event} on ${table} for each row ${condition} execute function storage_${name}()`);
    } else await knex.raw(`create trigger storage_${name} ${event} on ${table} for each row ${condition} begin ${body} end`);
  }
}

export async function down(knex: Knex): Promise<void> {
  const isPostgres = knex.client.config.client === 'pg';
  for (const [table, name] of TRIGGERS) {
    await knex.raw(`drop trigger storage_${name}${isPostgres ? ` on ${table}` : ''}`);
    if (isPostgres) await knex.raw(`drop function storage_${name}()`);
  }
  await knex.schema.dropTable('storage_limits');
  await knex.schema.dropTable('storage_use');
}
