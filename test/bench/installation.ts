import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../support/postgres.ts';
import { seed } from './seed.ts';
import { seededFolder } from './seeded.ts';

export type Engine = 'sqlite' | 'postgres';

/** Where a product under test keeps its things. */
export interface Installation {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Processes that work for it. */
  readonly helpers: readonly number[];
  readonly remove: () => Promise<void>;
}

/** A new installation with that much of the corpus; PostgreSQL is one of our own, with its usual durability. */
export async function installation(engine: Engine, conversations: number): Promise<Installation> {
  if (engine === 'sqlite') {
    const dataDir = await seededFolder(conversations);
    return { dataDir, env: {}, helpers: [], remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
  }
  const postgres = await startPostgres({ durable: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'centrala-bench-'));
  const remove = async (): Promise<void> => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await seed({ dataDir, databaseUrl: postgres.url }, conversations, (line) => console.error(line));
  } catch (error) {
    await remove();
    throw error;
  }
  return { dataDir, env: { CENTRALA_DATABASE_URL: postgres.url }, helpers: [postgres.pid()], remove };
}
