import type { WriteScope } from '../db/scope.ts';
import type { AgentId, ContactId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { findByIdentity, foreseeIdentities, insertContact, nameContact } from './store.ts';
import type { Identity } from './types.ts';

const MAX_NAME_CHARS = 200;

/** Asks ahead, all at once, what `resolveContact` will ask of these in this transaction; answers how many are not known. PostgreSQL only. */
export const foreseeContacts = (
  tx: WriteScope,
  senders: readonly { readonly identity: Identity; readonly ownerId: AgentId | null }[],
): Promise<number> => foreseeIdentities(tx, senders);

/**
 * The contact behind an identity, made when it is new. The first name that a message carries becomes the contact's;
 * later ones change nothing, because a sender writes what he likes. Of a personal mailbox it is its owner's contact, apart from the company's.
 */
export async function resolveContact(
  tx: WriteScope,
  identity: Identity,
  name: string | null,
  ownerId: AgentId | null = null,
): Promise<ContactId> {
  const cleanName = snippet(name ?? '', MAX_NAME_CHARS);
  const known = await findByIdentity(tx, identity, ownerId);
  if (!known) return createContact(tx, identity, cleanName, ownerId);
  if (known.name === '' && cleanName !== '') await nameContact(tx, known.id, { identity, ownerId }, cleanName);
  return known.id;
}

/**
 * A contact says who he is. Where he was called something by us he is called what he says himself (empty = he does not say); another name
 * stays, because he says what he likes.
 */
export async function callContact(tx: WriteScope, identity: Identity, stopgap: string, name: string): Promise<void> {
  const known = await findByIdentity(tx, identity, null);
  if (!known) return;
  if (known.name === stopgap && name !== '') await nameContact(tx, known.id, { identity, ownerId: null }, snippet(name, MAX_NAME_CHARS));
  tx.emit({ type: 'contact.named', data: { contactId: known.id } });
}

async function createContact(tx: WriteScope, identity: Identity, name: string, ownerId: AgentId | null): Promise<ContactId> {
  const id = await insertContact(tx, name, identity, ownerId);
  if (id !== null) {
    tx.emit({ type: 'contact.created', data: { contactId: id } });
    return id;
  }
  // Another transaction made the same contact between our look and our write.
  const other = await findByIdentity(tx, identity, ownerId);
  if (!other) throw new Error('an identity exists without its contact');
  return other.id;
}
