import { insert, run, update } from '../db/direct.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, ContactId } from '../lib/ids.ts';
import type { Contact, Identity, IdentityKind } from './types.ts';

interface Row {
  id: number;
  name: string;
  created_at: string;
  updated_at: string;
}

export async function findContactById({ db }: Scope, id: ContactId): Promise<Contact | null> {
  const row = await db<Row>('contacts').where({ id }).first();
  if (!row) return null;
  const identities: { kind: string; address: string }[] = await db('identities').where({ contact_id: id }).orderBy('id').limit(100);
  return {
    id: row.id as ContactId,
    name: row.name,
    identities: identities.map(({ kind, address }) => ({ kind: kind as IdentityKind, address })),
    createdAt: new Date(row.created_at),
  };
}

/** Among the company's contacts (null), or an agent's own. */
export async function findByIdentity(
  { db }: Scope,
  { kind, address }: Identity,
  ownerId: AgentId | null,
): Promise<{ id: ContactId; name: string } | null> {
  const isOwner = ownerId === null ? 'owner_id is null' : 'owner_id = ?';
  // Neither joined nor compared one by one: SQLite would compile the statement anew for each address, and every mail asks this.
  const [row] = await run<{ id: ContactId; name: string }>(
    db,
    `select id, name from contacts where id = (select contact_id from identities where (kind, address) in (values (?, ?)) and ${isOwner})`,
    ownerId === null ? [kind, address] : [kind, address, ownerId],
  );
  return row ?? null;
}

export async function insertContact({ db, now }: WriteScope, name: string): Promise<ContactId> {
  const at = now().toISOString();
  const [row] = await insert<Pick<Row, 'id'>>(db, 'contacts', [{ name, created_at: at, updated_at: at }], 'returning id');
  if (!row) throw new Error('insert returned no row');
  return row.id as ContactId;
}

/** Answers false when the address belongs to a contact already. */
export async function insertIdentity(
  { db, now }: WriteScope,
  contactId: ContactId,
  { kind, address }: Identity,
  ownerId: AgentId | null,
): Promise<boolean> {
  const row = { contact_id: contactId, kind, address, owner_id: ownerId, created_at: now().toISOString() };
  return (await insert(db, 'identities', [row], 'on conflict do nothing returning id')).length > 0;
}

export async function deleteContact({ db }: WriteScope, id: ContactId): Promise<void> {
  await db('contacts').where({ id }).delete();
}

export async function nameContact({ db, now }: WriteScope, id: ContactId, name: string): Promise<void> {
  await update(db, 'contacts', id, { name, updated_at: now().toISOString() });
}
