import type { BlobState } from '../blobs/inspect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { BlobProblem } from './types.ts';

/** Notes what is wrong with a file, keeping when it was first seen, or crosses it out. */
export async function noteBlobState({ db, now }: WriteScope, sha256: string, state: BlobState): Promise<void> {
  if (state === 'ok') await db('blob_problems').where({ sha256 }).del();
  else await db('blob_problems').insert({ sha256, problem: state, found_at: now().toISOString() }).onConflict('sha256').merge(['problem']);
}

/** The oldest known problems; normally none. */
export async function listBlobProblems({ db }: Scope, limit: number): Promise<readonly BlobProblem[]> {
  const rows = await db('blob_problems').orderBy('found_at').orderBy('sha256').limit(limit);
  return rows.map((row) => ({ sha256: row.sha256, problem: row.problem, foundAt: new Date(row.found_at) }));
}

/** `before`: only those that were known by then. */
export async function countBlobProblems({ db }: Scope, before: Date | null = null): Promise<number> {
  const [row] = await db('blob_problems')
    .where((query) => void (before && query.where('found_at', '<', before.toISOString())))
    .count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}
