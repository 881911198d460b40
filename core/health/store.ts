import type { Scope } from '../db/scope.ts';

/** Answers when the database does; throws what the driver throws when it does not. */
export async function pingDatabase({ db }: Scope): Promise<void> {
  await db.raw('select 1');
}
