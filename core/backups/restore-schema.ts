import { rm } from 'node:fs/promises';
import { connect, type DatabaseTarget } from '../db/connect.ts';
import type { Scope } from '../db/scope.ts';
import { restoreDump } from './scratch-database.ts';
import { beginSwap, endSwap, type Swap, type SwapInput } from './swap.ts';

interface SchemaParts extends Omit<Scope, 'db'> {
  readonly dataDir: string;
  readonly target: DatabaseTarget;
  readonly file: string;
  /** The PATH. */
  readonly path: string;
  /** Raises when the restored database is not what it should be. */
  readonly check: (copy: Scope) => Promise<void>;
}

/**
 * Restores a dump into the database of PostgreSQL. The schema that is there steps aside under another name, so that it stays whole until
 * somebody drops it, and comes back when anything goes wrong. Answers both names, or null when there was nothing in it.
 */
export async function restoreSchema(parts: SchemaParts, swap: Omit<SwapInput, 'phase' | 'schema'>): Promise<Swap['schema']> {
  const { dataDir, target, file, path, check, ...scope } = parts;
  const db = connect(target);
  try {
    const { rows } = await db.raw("select coalesce(current_schema(), 'public') as name");
    const { name } = (rows as { name: string }[])[0] ?? { name: 'public' };
    const schema = { name, before: `before_restore_${swap.from.replace(/\D/g, '')}` };
    await beginSwap(dataDir, { ...swap, phase: 'database', schema });
    try {
      await db.transaction(async (tx) => {
        await tx.raw('alter schema ?? rename to ??', [name, schema.before]);
        await tx.raw('create schema ??', [name]);
      });
      await restoreDump(path, target.url ?? '', file);
      await check({ ...scope, db });
    } catch (error) {
      await undoSchema(target, schema);
      await endSwap(dataDir);
      throw error;
    }
    await rm(file);
    await rm(`${file}.list`, { force: true });
    return (await hasTables(db, schema.before)) ? schema : await drop(db, schema.before);
  } finally {
    await db.destroy();
  }
}

/** Puts the old schema back under its name, if it had stepped aside. */
export async function undoSchema(target: DatabaseTarget, { name, before }: { name: string; before: string }): Promise<void> {
  const db = connect(target);
  try {
    await db.transaction(async (tx) => {
      const { rows } = await tx.raw('select 1 from pg_namespace where nspname = ?', [before]);
      if (rows.length === 0) return;
      await tx.raw('drop schema if exists ?? cascade', [name]);
      await tx.raw('alter schema ?? rename to ??', [before, name]);
    });
  } finally {
    await db.destroy();
  }
}

type Db = ReturnType<typeof connect>;

async function hasTables(db: Db, schema: string): Promise<boolean> {
  const { rows } = await db.raw('select 1 from pg_tables where schemaname = ? limit 1', [schema]);
  return rows.length > 0;
}

async function drop(db: Db, schema: string): Promise<null> {
  await db.raw('drop schema ?? cascade', [schema]);
  return null;
}
