import type { Knex } from 'knex';
import type { BlobState } from '../blobs/inspect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { BlobProblem } from './types.ts';

/** Notes what is wrong with a file, keeping when it was first seen, or crosses it out. */
export async function noteBlobState({ db, now }: WriteScope, sha256: string, state: BlobState): Promise<void> {
  if (state === 'ok') await db('blob_problems').where({ sha256 }).del();
  else await db('blob_problems').insert({ sha256, problem: state, found_at: now().toISOString() }).onConflict('sha256').merge(['problem']);
}

/** Of files that something still refers to: what was deleted with its mail is nobody's trouble any more. */
const known = ({ db }: Scope): Knex.QueryBuilder =>
  db('blob_problems').join('blobs', 'blobs.sha256', 'blob_problems.sha256').whereNull('blobs.discarded_at');

/** The oldest known problems; normally none. */
export async function listBlobProblems(scope: Scope, limit: number): Promise<readonly BlobProblem[]> {
  const rows: { sha256: string; problem: BlobProblem['problem']; found_at: string }[] = await known(scope)
    .orderBy('found_at')
    .orderBy('blobs.sha256')
    .limit(limit)
    .select('blobs.sha256', 'problem', 'found_at');
  return rows.map((row) => ({ sha256: row.sha256, problem: row.problem, foundAt: new Date(row.found_at) }));
}

/** `before`: only those that were known by then. */
export async function countBlobProblems(scope: Scope, before: Date | null = null): Promise<number> {
  const [row] = await known(scope)
    .where((query) => void (before && query.where('found_at', '<', before.toISOString())))
    .count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}
