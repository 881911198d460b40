import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { seatsOf } from '../db/only-process.ts';

/** What `Spool.count` of all processes would answer, read beside those that own the spools, without touching anything. */
export function countSpooled(dataDir: string): number {
  let all = 0;
  for (const dir of seatsOf(dataDir)) all += read(dir, 'select coalesce(sum(json_array_length(inbox_ids)), 0) from spool');
  return all;
}

/** Whether a process that died left something that can be carried on; asked by whoever has claimed its folder. */
export const hasRests = (dir: string): boolean => read(dir, 'select exists (select 1 from spool where set_aside = 0)') > 0;

function read(dir: string, question: string): number {
  const file = join(dir, 'spool.sqlite');
  if (!existsSync(file)) return 0;
  const db = new Database(file, { readonly: true, timeout: 10_000 });
  try {
    const isMade = db.prepare("select 1 from sqlite_master where name = 'spool'").get() !== undefined;
    return isMade ? Number(db.prepare(question).pluck().get()) : 0;
  } finally {
    db.close();
  }
}
