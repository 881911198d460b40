import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What `Spool.count` would answer, read beside the process that owns the spool, without touching anything. */
export function countSpooled(dataDir: string): number {
  const file = join(dataDir, 'spool.sqlite');
  if (!existsSync(file)) return 0;
  const db = new Database(file, { readonly: true, timeout: 10_000 });
  try {
    return Number(db.prepare('select coalesce(sum(json_array_length(inbox_ids)), 0) from spool').pluck().get());
  } finally {
    db.close();
  }
}
