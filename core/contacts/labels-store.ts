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

/** Who owns the folder of each inbox: null = the company. */
export async function ownersOf({ db }: Scope, inboxIds: readonly InboxId[]): Promise<ReadonlyMap<InboxId, AgentId | null>> {
  const rows: { id: InboxId; owner_id: AgentId | null }[] = await db('inboxes as b')
    .join('folders as f', 'f.id', 'b.folder_id')
    .whereIn('b.id', inboxIds)
    .select('b.id', 'f.owner_id');
  return new Map(rows.map((row) => [row.id, row.owner_id]));
}

/** Labels of the contacts that have these addresses, among those of this owner; null = of the company. */
export async function labelsOfAddresses(
  { db }: Scope,
  addresses: readonly string[],
  ownerId: AgentId | null,
): Promise<readonly { readonly address: string; readonly labelId: LabelId }[]> {
  return (
    db('identities as i')
      .join('contact_labels as cl', 'cl.contact_id', 'i.contact_id')
      .join('labels as l', 'l.id', 'cl.label_id')
      .whereIn(
        ['i.kind', 'i.address'],
        addresses.flatMap((address) => IDENTITY_KINDS.map((kind) => [kind, address])),
      )
      // Written out, not bound: a partial index is only found from the literal.
      .whereRaw(ownerId === null ? 'i.owner_id is null' : 'i.owner_id = ?', ownerId === null ? [] : [ownerId])
      // What was merged is the other one at once, while a job gives it to each contact.
      .whereRaw('(l.removed_at is null or l.merged_into_id is not null)')
      .select('i.address', db.raw('coalesce(l.merged_into_id, l.id) as ??', ['labelId']))
  );
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
