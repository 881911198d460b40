import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { type Engine, installation } from './installation.ts';
import { round, table } from './measure.ts';

/** Bytes of the database with its indexes and search for each message; with `postgres` of both. */
export async function benchSize(args: readonly string[]): Promise<void> {
  const sizes = (args.find((word) => /^[\d,]+$/.test(word)) ?? '100000').split(',').map(Number);
  const engines: readonly Engine[] = args.includes('postgres') ? ['sqlite', 'postgres'] : ['sqlite'];
  const rows: (string | number)[][] = [];
  for (const conversations of sizes) {
    const per = new Map<Engine, number>();
    for (const engine of engines) {
      const { bytes, messages } = await measured(engine, conversations);
      per.set(engine, bytes / messages);
      rows.push([engine === 'sqlite' ? 'SQLite' : 'PostgreSQL', messages, round(bytes / 1024 ** 2, 0), round(bytes / messages, 0)]);
    }
    const [sqlite, postgres] = [per.get('sqlite'), per.get('postgres')];
    if (sqlite && postgres)
      console.error(`${conversations} conversations: SQLite ${round(sqlite / postgres, 2)} of PostgreSQL (target ≤ 0.75)`);
  }
  console.log(table(['database', 'messages', 'MB', 'bytes a message'], rows));
}

async function measured(engine: Engine, conversations: number): Promise<{ bytes: number; messages: number }> {
  const place = await installation(engine, conversations);
  try {
    const url = place.env['CENTRALA_DATABASE_URL'];
    return url === undefined ? ofSqlite(join(place.dataDir, 'centrala.sqlite')) : await ofPostgres(url);
  } finally {
    await place.remove();
  }
}

function ofSqlite(file: string): { bytes: number; messages: number } {
  const db = new Database(file);
  try {
    const messages = Number(db.prepare('select count(*) from messages').pluck().get());
    db.pragma('wal_checkpoint(truncate)');
    return { bytes: statSync(file).size, messages };
  } finally {
    db.close();
  }
}

async function ofPostgres(url: string): Promise<{ bytes: number; messages: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('vacuum analyze');
    const { rows } = await client.query(
      'select pg_database_size(current_database()) as bytes, (select count(*) from messages) as messages',
    );
    return { bytes: Number(rows[0]?.bytes), messages: Number(rows[0]?.messages) };
  } finally {
    await client.end();
  }
}
