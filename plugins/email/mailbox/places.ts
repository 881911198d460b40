import type { ImapFlow, ListResponse } from 'imapflow';
import type { Place, PlaceRole } from '../../../core/plugins/contract.ts';

/** What a server says a folder is for (RFC 6154 §2). */
const ROLE_OF: Readonly<Record<string, PlaceRole>> = {
  '\\Inbox': 'inbox',
  '\\Sent': 'sent',
  '\\Archive': 'archive',
  '\\Drafts': 'drafts',
  '\\Junk': 'spam',
  '\\Trash': 'trash',
};

/** Names of folders on servers that say nothing: what the library does not know of the Polish, English and German ones. */
const NAMES: Readonly<Partial<Record<PlaceRole, readonly string[]>>> = {
  sent: ['wysłane', 'elementy wysłane', 'wysłane elementy', 'poczta wysłana', 'sent', 'sent items', 'sent mail', 'gesendete objekte'],
  spam: ['spam', 'junk', 'junk e-mail', 'wiadomości-śmieci', 'wiadomości śmieci', 'niechciane', 'spamverdacht'],
  trash: ['kosz', 'usunięte', 'elementy usunięte', 'trash', 'deleted items', 'deleted messages', 'papierkorb', 'gelöschte elemente'],
  drafts: ['szkice', 'robocze', 'kopie robocze', 'wersje robocze', 'drafts', 'entwürfe'],
  archive: ['archiwum', 'archive', 'archiv'],
};

const MAX_PLACES = 500;

/** The folders of an account that can hold messages, with how many are there. */
export async function placesOf(client: ImapFlow): Promise<readonly Place[]> {
  const listed = await client.list({ statusQuery: { messages: true } });
  const real = listed.filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent')).slice(0, MAX_PLACES);
  const taken = new Set(real.map(roleByServer));
  return real.map((one) => {
    const said = roleByServer(one);
    const guessed = roleByName(one.name);
    const role = said !== 'other' || taken.has(guessed) ? said : guessed;
    taken.add(role);
    return { path: one.path, name: one.name, role, messages: one.status?.messages ?? null };
  });
}

const roleByServer = ({ path, specialUse }: Pick<ListResponse, 'path' | 'specialUse'>): PlaceRole =>
  path.toUpperCase() === 'INBOX' ? 'inbox' : (ROLE_OF[specialUse ?? ''] ?? 'other');

export function roleByName(name: string): PlaceRole {
  const plain = name.normalize('NFC').trim().toLowerCase();
  for (const [role, names] of Object.entries(NAMES)) if (names.includes(plain)) return role as PlaceRole;
  return 'other';
}
