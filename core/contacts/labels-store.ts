import { locked } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AppliedLabel, Colour } from '../labels/types.ts';
import type { AgentId, ContactId, InboxId, LabelId } from '../lib/ids.ts';
import { IDENTITY_KINDS } from './types.ts';

interface Row {
  id: LabelId;
  name: string;
  colour: string;
  labelled_at: string;
  first_name: string | null;
  last_name: string | null;
}

/** False when there is no such contact. The row stays locked until the transaction ends. */
export async function lockContact({ db }: WriteScope, id: ContactId): Promise<boolean> {
  return (await locked(db, db('contacts').where({ id }).first('id'))) !== undefined;
}

/** Labels of a contact that were not removed, in the order of all labels. */
export async function labelsOn({ db }: Scope, id: ContactId): Promise<readonly AppliedLabel[]> {
  const rows: Row[] = await db('contact_labels as cl')
    .join('labels as l', 'l.id', 'cl.label_id')
    .leftJoin('agents as a', 'a.id', 'cl.agent_id')
    .where('cl.contact_id', id)
    .whereRaw('l.removed_at is null')
    .orderByRaw('l.position, l.id')
    .select('l.id', 'l.name', 'l.colour', 'cl.labelled_at', 'a.first_name', 'a.last_name');
  return rows.map((row) => ({
    ...{ id: row.id, name: row.name, colour: row.colour as Colour, at: new Date(row.labelled_at) },
    by: row.last_name === null ? null : `${row.first_name ?? ''} ${row.last_name}`.trim(),
  }));
}

/** Labels of the contact that whoever writes from this address to this inbox is: of its owner's, where the mailbox is personal. */
export async function labelsOfSender({ db }: Scope, address: string, inboxId: InboxId): Promise<readonly LabelId[]> {
  const inbox = await db('inboxes as b').join('folders as f', 'f.id', 'b.folder_id').where('b.id', inboxId).first('f.owner_id');
  const ownerId: AgentId | null = inbox?.owner_id ?? null;
  const sender = db('identities')
    .whereIn(
      ['kind', 'address'],
      IDENTITY_KINDS.map((kind) => [kind, address]),
    )
    // Written out, not bound: a partial index is only found from the literal.
    .whereRaw(ownerId === null ? 'owner_id is null' : 'owner_id = ?', ownerId === null ? [] : [ownerId])
    .select('contact_id');
  return db('contact_labels as cl')
    .join('labels as l', 'l.id', 'cl.label_id')
    .whereIn('cl.contact_id', sender)
    .whereRaw('l.removed_at is null')
    .distinct()
    .pluck('cl.label_id');
}

/** False when it was on before. */
export async function insertOn({ db, now }: WriteScope, id: ContactId, labelId: LabelId, agentId: AgentId | null): Promise<boolean> {
  const rows = await db('contact_labels')
    .insert({ contact_id: id, label_id: labelId, agent_id: agentId, labelled_at: now().toISOString() })
    .onConflict(['contact_id', 'label_id'])
    .ignore()
    .returning('label_id');
  return rows.length > 0;
}

export async function deleteOn({ db }: WriteScope, id: ContactId, labelId: LabelId): Promise<boolean> {
  return (await db('contact_labels').where({ contact_id: id, label_id: labelId }).delete()) > 0;
}

/** Takes the label off some contacts; where `into` is not yet, that takes its place. Answers from how many. */
export async function replaceOn({ db }: WriteScope, labelId: LabelId, into: LabelId | null, limit: number): Promise<number> {
  const ids: ContactId[] = await db('contact_labels').where({ label_id: labelId }).orderBy('contact_id').limit(limit).pluck('contact_id');
  if (ids.length === 0) return 0;
  const rows = db('contact_labels').where({ label_id: labelId }).whereIn('contact_id', ids);
  if (into !== null) {
    const bearers: ContactId[] = await db('contact_labels').where({ label_id: into }).whereIn('contact_id', ids).pluck('contact_id');
    await rows.clone().whereNotIn('contact_id', bearers).update({ label_id: into });
  }
  await rows.delete();
  return ids.length;
}
