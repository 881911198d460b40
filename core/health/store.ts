import type { Scope } from '../db/scope.ts';

/** Answers when the database does; throws what the driver throws when it does not. */
export async function pingDatabase({ db }: Scope): Promise<void> {
  await db.raw('select 1');
}

/** The migrations that have run, in their order. */
export async function migrationNames({ db }: Scope): Promise<readonly string[]> {
  return db('migrations').orderBy('id').pluck('name');
}

/** Which settings somebody changed; not to what. */
export async function settingKeys({ db }: Scope): Promise<readonly string[]> {
  return db('settings').orderBy('key').pluck('key');
}
