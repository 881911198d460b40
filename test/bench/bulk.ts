import Database from 'better-sqlite3';
import type { Knex } from 'knex';
import type { Row } from './rows.ts';

/** Writes many rows fast. Nothing is promised to be on disk before `finish`. */
export interface Bulk {
  readonly insert: (table: string, rows: readonly Row[]) => Promise<void>;
  readonly insertWords: (words: readonly (readonly [number, string])[]) => Promise<void>;
  /** Everything written since the last call, in one commit. */
  readonly commit: () => Promise<void>;
  /** Statistics for the planner, index order, disk. */
  readonly finish: () => Promise<void>;
}

/** Directly on the SQLite file: prepared statements, no fsync until the end. */
export function sqliteBulk(file: string): Bulk {
  const db = new Database(file);
  for (const pragma of ['synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -500000', 'temp_store = MEMORY']) db.pragma(pragma);
  const statements = new Map<string, Database.Statement>();
  const prepared = (table: string, row: Row): Database.Statement => {
    const known = statements.get(table);
    if (known) return known;
    const columns = Object.keys(row);
    const sql = `insert into ${table} (${columns.map((c) => `"${c}"`).join(',')}) values (${columns.map(() => '?').join(',')})`;
    const made = db.prepare(sql);
    statements.set(table, made);
    return made;
  };
  const words = db.prepare('insert into message_search (rowid, words) values (?, ?)');
  db.exec('begin');
  return {
    insert: async (table, rows) => {
      for (const row of rows)
        prepared(table, row).run(...Object.values(row).map((value) => (typeof value === 'boolean' ? Number(value) : value)));
    },
    insertWords: async (list) => {
      for (const [id, found] of list) words.run(id, found);
    },
    commit: async () => {
      db.exec('commit; begin');
    },
    finish: async () => {
      db.exec('commit');
      db.exec("insert into message_search (message_search) values ('optimize')");
      db.pragma('wal_checkpoint(truncate)');
      db.close();
    },
  };
}

/** Through Knex, some hundred rows a statement. */
export function postgresBulk(db: Knex): Bulk {
  const chunk = async (table: string, rows: readonly Row[]): Promise<void> => {
    for (let at = 0; at < rows.length; at += 500) await db(table).insert(rows.slice(at, at + 500));
  };
  return {
    insert: chunk,
    insertWords: async (list) => {
      for (let at = 0; at < list.length; at += 200) {
        const part = list.slice(at, at + 200);
        const values = part.map(() => "(?::int, array_to_tsvector(string_to_array(?, ' ')))").join(',');
        await db.raw(`insert into message_search (message_id, words) values ${values}`, part.flat());
      }
    },
    commit: async () => {},
    finish: async () => {
      for (const table of ['contacts', 'conversations', 'messages', 'deliveries'])
        await db.raw(`select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`);
      await db.raw('vacuum analyze');
    },
  };
}
