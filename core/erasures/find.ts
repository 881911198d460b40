import { addressKey } from '../contacts/address.ts';
import type { Scope } from '../db/scope.ts';
import { readRules } from '../retention/rules.ts';
import { elsewhere } from './elsewhere.ts';
import { addressesOf, contactAt, sumsOf } from './store.ts';
import type { Person } from './types.ts';

const NOTHING = { conversations: 0, messages: 0, kept: 0 };

/** What the company has of whoever has this address. Personal mailboxes are their owners' and not looked into. */
export async function findPerson(scope: Scope, typed: string): Promise<Person> {
  const address = addressKey(typed);
  const contact = await contactAt(scope, address);
  const addresses = contact ? await addressesOf(scope, contact.id) : [address];
  const sums = contact ? await sumsOf(scope, contact.id, (await readRules(scope)).exceptLabelId) : NOTHING;
  const found = { address, contactId: contact?.id ?? null, name: contact?.name ?? '', addresses };
  return { ...found, ...sums, elsewhere: await elsewhere(scope, found.contactId, addresses) };
}
