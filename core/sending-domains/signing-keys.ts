import type { Scope } from '../db/scope.ts';
import type { Keyring } from '../lib/secrets.ts';
import type { SigningKey } from '../plugins/contract.ts';
import { KEY_PURPOSE } from './make-key.ts';
import { activePrivateKey } from './store.ts';

/** The keys that sign for a domain now, in clear: handed to the channel that sends. Empty when the domain has none. */
export async function signingKeys(scope: Scope, keyring: Keyring, domain: string): Promise<readonly SigningKey[]> {
  const key = await activePrivateKey(scope, domain);
  return key ? [{ selector: key.selector, privateKey: keyring.decrypt(KEY_PURPOSE, key.sealed) }] : [];
}
