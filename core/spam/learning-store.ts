import type { Scope } from '../db/scope.ts';

/** What the filters have still to learn, and why it has not gone well. */
export interface Learning {
  readonly waiting: number;
  /** Given up after many attempts. */
  readonly failed: number;
  /** Of the newest trouble; null when there is none. */
  readonly lastError: string | null;
}

/** The queue of `kind`; a short table, read by the index of jobs. */
export async function learningOf({ db }: Scope, kind: string): Promise<Learning> {
  const of = () => db('jobs').where({ kind });
  const [waiting] = await of().whereNull('failed_at').count({ n: '*' });
  const [failed] = await of().whereNotNull('failed_at').count({ n: '*' });
  const trouble = await of().whereNotNull('last_error').orderBy('id', 'desc').first('last_error');
  return {
    waiting: Number(waiting?.['n'] ?? 0),
    failed: Number(failed?.['n'] ?? 0),
    lastError: trouble ? String(trouble.last_error) : null,
  };
}
