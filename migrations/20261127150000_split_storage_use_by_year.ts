import type { Knex } from 'knex';

/** How a thing that was received is counted: not at all once its bytes are gone or are there another time. */
const kindOf = (row: string): string =>
  `case when ${row}.purged_at is not null or ${row}.status = 'duplicate' then null when ${row}.status = 'spam' then 'spam' else 'received' end`;

/** Statements that count by inbox and kind, and by year where that is wanted. */
function counting(byYear: boolean) {
  const year = (column: string): string => (byYear ? `, cast(substr(${column}, 1, 4) as integer)` : '');
  const names = byYear ? 'inbox_id, kind, year' : 'inbox_id, kind';
  const into = `insert into storage_use (${names}, bytes)`;
  const add = `on conflict (${names}) do update set bytes = storage_use.bytes + excluded.bytes;`;
  const move = (row: 'old' | 'new', sign: '' | '-'): string =>
    `${into} select ${row}.inbox_id, ${kindOf(row)}${year(`${row}.received_at`)}, ${sign}${row}.bytes where ${kindOf(row)} is not null ${add}`;
  const attached = `${into} select m.inbox_id, 'sent'${year('m.created_at')}, new.bytes from messages m where m.id = new.message_id and m.direction = 'outbound' ${add}`;
  const detached = `${into} select old.inbox_id, 'sent'${year('old.created_at')}, -coalesce(sum(a.bytes), 0) from attachments a where a.message_id = old.id ${add}`;
  const group = byYear ? '1, 2, 3' : '1, 2';
  return {
    triggers: [
      ['raw_inbound', 'kept', 'after insert', '', move('new', '')],
      ['raw_inbound', 'settled', 'after update', `${kindOf('old')} is distinct from ${kindOf('new')}`, move('old', '-') + move('new', '')],
      ['raw_inbound', 'gone', 'after delete', '', move('old', '-')],
      ['attachments', 'attached', 'after insert', '', attached],
      // Its attachments go with it.
      ['messages', 'detached', 'before delete', "old.direction = 'outbound'", detached],
    ] as const,
    fill: [
      `${into} select inbox_id, ${kindOf('raw_inbound')}${year('received_at')}, sum(bytes) from raw_inbound where ${kindOf('raw_inbound')} is not null group by ${group}`,
      `${into} select m.inbox_id, 'sent'${year('m.created_at')}, sum(a.bytes) from attachments a join messages m on m.id = a.message_id where m.direction = 'outbound' group by ${group}`,
    ],
  };
}

async function rebuild(knex: Knex, byYear: boolean): Promise<void> {
  const isPostgres = knex.client.config.client === 'pg';
  const { triggers, fill } = counting(byYear);
  for (const [table, name] of triggers) {
    await knex.raw(`drop trigger storage_${name}${isPostgres ? ` on ${table}` : ''}`);
    if (isPostgres) await knex.raw(`drop function storage_${name}()`);
  }
  await knex.schema.dropTable('storage_use');
  await knex.schema.createTable('storage_use', (t) => {
    t.integer('inbox_id').notNullable();
    t.string('kind').notNullable().checkIn(['received', 'spam', 'sent'], 'storage_use_kind_known');
    if (byYear) t.integer('year').notNullable();
    t.bigInteger('bytes').notNullable();
    t.primary(byYear ? ['inbox_id', 'kind', 'year'] : ['inbox_id', 'kind']);
  });
  for (const statement of fill) await knex.raw(statement);
  for (const [table, name, event, when, body] of triggers) {
    const condition = when === '' ? '' : `when (${when})`;
    if (isPostgres) {
      const row = event.endsWith('delete') ? 'old' : 'new';
      await knex.raw(`create function storage_${name}() returns trigger language plpgsql as $$ begin ${body} return ${row}; end $$`);
      await knex.raw(`create trigger storage_${name} ${event} on ${table} for each row ${condition} execute function storage_${name}()`);
    } else await knex.raw(`create trigger storage_${name} ${event} on ${table} for each row ${condition} begin ${body} end`);
  }
}

/** What takes up room is counted by the year it is of as well. */
export const up = (knex: Knex): Promise<void> => rebuild(knex, true);
export const down = (knex: Knex): Promise<void> => rebuild(knex, false);
