import type { Contact } from '../contacts/types.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import type { InboxId } from '../lib/ids.ts';
import { sha256 } from '../lib/secrets.ts';
import { emailsSaidBy, findVisitor, isNameless } from './store.ts';
import type { Visitor } from './types.ts';

/** E-mail addresses that a contact gave in live talks. Nobody checked them: they are shown, and lead to nobody. */
export const saidEmails = async (scope: Scope, { identities }: Pick<Contact, 'identities'>): Promise<readonly string[]> => {
  const windows = identities.flatMap(({ kind, address }) => (kind === 'opaque' ? [address] : []));
  return windows.length === 0 ? [] : emailsSaidBy(scope, windows);
};

/** Whether whoever has this address is called something by us only, since he has not said his name. */
export const isUnnamed = async (scope: Scope, address: string): Promise<boolean> =>
  parseEmailAddress(address) === null && isNameless(scope, address);

/** 26 characters of 5 bits and more; anything else is not asked for. */
const TOKEN = /^[a-z2-9]{26,64}$/;

/** Whose window shows this token; null when its talk with this inbox is over, or there never was one. */
export const recogniseVisitor = async (scope: Scope, token: string, inboxId: InboxId): Promise<Visitor | null> =>
  TOKEN.test(token) ? findVisitor(scope, { tokenHash: sha256(token) }, inboxId) : null;
