import { isPostgres } from '../db/dialect.ts';
import type { Scope } from '../db/scope.ts';

type Db = Scope['db'];
export type Row = Readonly<Record<string, unknown>>;

/** Made anew by the target itself: its own history, and the index for searching, which each engine keeps in its own way. */
const OWN = new Set(['migrations', 'migrations_lock', 'message_search']);
/** What people would miss: a database where one of these has a row is somebody's. */
const WORK = ['agents', 'inboxes', 'conversations', 'messages', 'contacts', 'raw_inbound', 'ledger_entries', 'audit_entries'];
/** Rows at a time, within what both engines take in one statement. */
export const PAGE = 200;

/** Ordinary tables by name. */
async function allTables(db: Db): Promise<readonly string[]> {
  if (isPostgres(db)) {
    const { rows } = await db.raw('select tablename as name from pg_tables where schemaname = current_schema() order by tablename');
    return (rows as { name: string }[]).map(({ name }) => name);
  }
  const listed = "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name";
  return ((await db.raw(listed)) as { name: string }[]).map(({ name }) => name);
}

export const tablesToMove = async (db: Db): Promise<readonly string[]> => (await allTables(db)).filter((name) => !OWN.has(name));

/** What keeps a database from being moved into: tables of others, or a table of ours that has rows; null when nothing does. */
export async function occupiedBy(db: Db): Promise<string | null> {
  const tables = await allTables(db);
  if (tables.length > 0 && !tables.includes('migrations')) return tables[0] ?? null;
  for (const table of WORK) if (tables.includes(table) && (await db(table).first(db.raw('1')))) return table;
  return null;
}

/** Names of the columns, in order, and which of them hold yes or no. */
export async function columnsOf(db: Db, table: string): Promise<{ names: readonly string[]; booleans: ReadonlySet<string> }> {
  const info = await db(table).columnInfo();
  const names = Object.keys(info).sort();
  return { names, booleans: new Set(names.filter((name) => /^bool/i.test(String(info[name]?.type)))) };
}

/** Every row, a page at a time; inside a transaction. */
export async function* rowsOf(db: Db, table: string): AsyncGenerator<readonly Row[]> {
  if (isPostgres(db)) {
    await db.raw('declare moved_rows cursor for select * from ??', [table]);
    for (;;) {
      const { rows } = await db.raw(`fetch ${PAGE} from moved_rows`);
      if (rows.length === 0) break;
      yield rows;
    }
    await db.raw('close moved_rows');
    return;
  }
  for (let after = 0; ; ) {
    const rows: Row[] = await db.raw('select rowid as moved_row, * from ?? where rowid > ? order by rowid limit ?', [table, after, PAGE]);
    if (rows.length === 0) return;
    after = Number(rows.at(-1)?.['moved_row']);
    yield rows.map(({ moved_row: _row, ...row }) => row);
  }
}

export async function insertRows(db: Db, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await db(table).insert([...rows]);
}

/**
 * Takes away what acts by itself on rows (triggers, and references, which need an order), and what migrations put in; answers how to put the
 * first two back, which fails when a row refers to one that is not there. Inside a transaction; SQLite's references have to be off.
 */
export async function layBare(db: Db, tables: readonly string[]): Promise<() => Promise<void>> {
  const undo = isPostgres(db) ? await barePostgres(db, tables) : await bareSqlite(db);
  for (const table of tables) await db(table).delete();
  return undo;
}

async function barePostgres(db: Db, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows } = await db.raw(
    `select conrelid::regclass::text as on_table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2`,
  );
  const references = rows as { on_table: string; name: string; definition: string }[];
  for (const { on_table, name } of references) await db.raw(`alter table ${on_table} drop constraint ${name}`);
  for (const table of tables) await db.raw('alter table ?? disable trigger user', [table]);
  return async () => {
    for (const table of tables) await db.raw('alter table ?? enable trigger user', [table]);
    for (const { on_table, name, definition } of references) await db.raw(`alter table ${on_table} add constraint ${name} ${definition}`);
  };
}

async function bareSqlite(db: Db): Promise<() => Promise<void>> {
  const triggers: { name: string; sql: string }[] = await db.raw(
    "select name, sql from sqlite_master where type = 'trigger' order by name",
  );
  for (const { name } of triggers) await db.raw('drop trigger ??', [name]);
  return async () => {
    for (const { sql } of triggers) await db.raw(sql);
    const broken: { table: string; parent: string }[] = await db.raw('pragma foreign_key_check');
    if (broken[0]) throw new Error(`a row of ${broken[0].table} refers to one of ${broken[0].parent} that is not there`);
  };
}

/** References are checked by `layBare` at the end instead. Outside a transaction. */
export async function setReferences(db: Db, state: 'on' | 'off'): Promise<void> {
  if (!isPostgres(db)) await db.raw(`pragma foreign_keys = ${state}`);
}
