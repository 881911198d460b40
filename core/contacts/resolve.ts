import type { WriteScope } from '../db/scope.ts';
import type { ContactId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { deleteContact, findByIdentity, insertContact, insertIdentity, nameContact } from './store.ts';
import type { Identity } from './types.ts';

const MAX_NAME_CHARS = 200;

/**
 * The contact behind an identity, made when it is new. The first name that a message carries becomes the contact's;
 * later ones change nothing, because a sender writes what he likes.
 */
export async function resolveContact(tx: WriteScope, identity: Identity, name: string | null): Promise<ContactId> {
  const cleanName = snippet(name ?? '', MAX_NAME_CHARS);
  const known = await findByIdentity(tx, identity);
  if (!known) return createContact(tx, identity, cleanName);
  if (known.name === '' && cleanName !== '') await nameContact(tx, known.id, cleanName);
  return known.id;
}

async function createContact(tx: WriteScope, identity: Identity, name: string): Promise<ContactId> {
  const id = await insertContact(tx, name);
  if (await insertIdentity(tx, id, identity)) {
    tx.emit({ type: 'contact.created', data: { contactId: id } });
    return id;
  }
  // Another transaction made the same contact between our look and our write.
  await deleteContact(tx, id);
  const other = await findByIdentity(tx, identity);
  if (!other) throw new Error('an identity exists without its contact');
  return other.id;
}
