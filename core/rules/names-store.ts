import type { Scope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';

/** Inboxes as people call them, of the personal ones the actor's own. */
export async function inboxNames({ db, actor }: Scope): Promise<ReadonlyMap<InboxId, string>> {
  const query = db('inboxes as i').leftJoin('folders as f', 'f.id', 'i.folder_id').orderBy(['i.name', 'i.id']).select('i.id', 'i.name');
  if (actor.kind === 'agent') query.where((either) => either.whereNull('f.owner_id').orWhere('f.owner_id', actor.id));
  const rows: { id: InboxId; name: string }[] = await query;
  return new Map(rows.map(({ id, name }) => [id, name]));
}
