import { z } from 'zod';
import type { SessionId } from '../../lib/ids.ts';
import type { Keyring } from '../../lib/secrets.ts';
import type { ChannelPlugin } from '../../plugins/contract.ts';

const PURPOSE = 'mailbox-form';
const SEALED = z.object({ session: z.string(), secrets: z.record(z.string(), z.string().max(5000)) });

type Values = Readonly<Record<string, unknown>>;

/**
 * Secrets that were typed into a form that is shown again: nobody types them twice, and no page shows them. They go along sealed, for this
 * session alone. Empty = there are none.
 */
export function sealTyped(keyring: Keyring, session: SessionId | null, secrets: Readonly<Record<string, string>>): string {
  if (session === null || Object.keys(secrets).length === 0) return '';
  return keyring.encrypt(PURPOSE, JSON.stringify({ session: String(session), secrets }));
}

/** What went along with the form that was posted; nothing when it is of somebody else. */
export function typedBefore(keyring: Keyring, session: SessionId | null, form: Values): Readonly<Record<string, string>> {
  const { typed } = form;
  if (session === null || typeof typed !== 'string' || typed === '') return {};
  try {
    const known = SEALED.parse(JSON.parse(keyring.decrypt(PURPOSE, typed)));
    return known.session === String(session) ? known.secrets : {};
  } catch {
    return {};
  }
}

/** The secrets among values, but for those that are stored. */
export function secretsIn({ manifest }: ChannelPlugin, values: Values, stored: Values = {}): Readonly<Record<string, string>> {
  const all = manifest.settings.flatMap(({ key, type }) => {
    const value = values[key];
    return type === 'secret' && typeof value === 'string' && value !== '' && value !== stored[key] ? [[key, value] as const] : [];
  });
  return Object.fromEntries(all);
}
