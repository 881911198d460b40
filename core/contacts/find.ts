import type { Scope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { ContactId } from '../lib/ids.ts';
import { findContactById } from './store.ts';
import type { Contact } from './types.ts';

/** A contact with its addresses, oldest first. Raises not_found. */
export async function findContact(scope: Scope, id: ContactId): Promise<Contact> {
  const contact = await findContactById(scope, id);
  if (!contact) throw new NotFoundError('Contact');
  return contact;
}
