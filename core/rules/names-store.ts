import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';

/** Inboxes as people call them. */
export async function inboxNames({ db }: Scope): Promise<ReadonlyMap<InboxId, string>> {
  const rows: { id: InboxId; name: string }[] = await db('inboxes').orderBy('name').orderBy('id').select('id', 'name');
  return new Map(rows.map(({ id, name }) => [id, name]));
}
