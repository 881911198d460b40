import { add, insert, run, update } from '../db/direct.ts';
import { createForeseen } from '../db/foreseen.ts';
import { reservedId } from '../db/reserved.ts';
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

interface Found {
  readonly id: ContactId;
  readonly name: string;
}

const foreseen = createForeseen<string, Found | null>();
const keyOf = ({ kind, address }: Identity, ownerId: AgentId | null): string => JSON.stringify([kind, address, ownerId]);

/** Asks ahead what `findByIdentity` will be asked in this transaction; answers how many of them are not known. PostgreSQL only. */
export async function foreseeIdentities(
  { db }: WriteScope,
  asked: readonly { readonly identity: Identity; readonly ownerId: AgentId | null }[],
): Promise<number> {
  const rows = await run<Found & { kind: IdentityKind; address: string; owner_id: AgentId | null }>(
    db,
    `select i.kind, i.address, i.owner_id, c.id, c.name from unnest(?::text[], ?::text[]) as v(kind, address)
     join identities i on i.kind = v.kind and i.address = v.address join contacts c on c.id = i.contact_id`,
    [asked.map(({ identity }) => identity.kind), asked.map(({ identity }) => identity.address)],
  );
  const known = new Map(rows.map(({ kind, address, owner_id, id, name }) => [keyOf({ kind, address }, owner_id), { id, name }]));
  const keys = new Set(asked.map(({ identity, ownerId }) => keyOf(identity, ownerId)));
  for (const key of keys) foreseen.put(db, key, known.get(key) ?? null);
  return [...keys].filter((key) => !known.has(key)).length;
}

/** Among the company's contacts (null), or an agent's own. */
export async function findByIdentity({ db }: Scope, { kind, address }: Identity, ownerId: AgentId | null): Promise<Found | null> {
  const known = foreseen.get(db, keyOf({ kind, address }, ownerId));
  if (known !== undefined) return known;
  const isOwner = ownerId === null ? 'owner_id is null' : 'owner_id = ?';
  // Neither joined nor compared one by one: SQLite would compile the statement anew for each address, and every mail asks this.
  const [row] = await run<Found>(
    db,
    `select id, name from contacts where id = (select contact_id from identities where (kind, address) in (values (?, ?)) and ${isOwner})`,
    ownerId === null ? [kind, address] : [kind, address, ownerId],
  );
  return row ?? null;
}

/**
 * A new contact with its first identity; null when the address belongs to a contact already. With a number that was reserved nobody waits for an answer, and
 * such an address fails the transaction: it was not there a moment ago.
 */
export async function insertContact(
  { db, now }: WriteScope,
  name: string,
  { kind, address }: Identity,
  ownerId: AgentId | null,
): Promise<ContactId | null> {
  foreseen.forget(db, keyOf({ kind, address }, ownerId));
  const at = now().toISOString();
  const contact = { name, created_at: at, updated_at: at };
  const identity = { kind, address, owner_id: ownerId, created_at: at };
  const reserved = reservedId(db, 'contacts');
  if (reserved !== undefined) {
    await add(db, 'contacts', [{ id: reserved, ...contact }]);
    await add(db, 'identities', [{ contact_id: reserved, ...identity }]);
    return reserved as ContactId;
  }
  const [made] = await insert<Pick<Row, 'id'>>(db, 'contacts', [contact], 'returning id');
  if (!made) throw new Error('insert returned no row');
  const row = { contact_id: made.id, ...identity };
  if ((await insert(db, 'identities', [row], 'on conflict do nothing returning id')).length > 0) return made.id as ContactId;
  await db('contacts').where({ id: made.id }).delete();
  return null;
}

export async function nameContact(
  { db, now }: WriteScope,
  id: ContactId,
  { identity, ownerId }: { readonly identity: Identity; readonly ownerId: AgentId | null },
  name: string,
): Promise<void> {
  foreseen.forget(db, keyOf(identity, ownerId));
  await update(db, 'contacts', id, { name, updated_at: now().toISOString() });
}
