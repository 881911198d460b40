import { parseId } from '../lib/ids.ts';
import { equalSecrets, type Keyring } from '../lib/secrets.ts';
import type { GrantId } from './types.ts';

const PURPOSE = 'oauth-grant-name';

/**
 * How the settings of an inbox name what was granted. It cannot be made up: who may write settings, such as an administrator, cannot have the
 * grant of a colleague's personal mailbox used for an inbox of his own.
 */
export const grantName = (keyring: Keyring, id: GrantId): string => `${id}.${keyring.sign(PURPOSE, String(id))}`;

/** Which grant a setting speaks of, for lists; null = none. */
export const grantNamed = (name: unknown): GrantId | null =>
  typeof name === 'string' ? parseId<'oauth_grants'>(name.split('.', 1)[0]) : null;

/** The same, when the name was made here. */
export function provenGrant(keyring: Keyring, name: string): GrantId | null {
  const id = grantNamed(name);
  return id !== null && equalSecrets(name, grantName(keyring, id)) ? id : null;
}
