import type { Id } from '../lib/ids.ts';
import { sha256 } from '../lib/secrets.ts';

/** A message as it is known by: its id, who wrote it, and when its own date says. */
export interface Identity {
  readonly externalId: string;
  readonly from: string;
  /** As the message says, or null. */
  readonly sentAt: string | null;
}

/** What of a tombstone says whether something is under it. */
export interface Grave {
  readonly id: Id<'tombstones'>;
  readonly isOurs: boolean;
  readonly externalIdHash: string | null;
  readonly identity: string | null;
  /** Of the bytes that the message came as. */
  readonly sha256: string | null;
}

export const identityHash = ({ externalId, from, sentAt }: Identity): string =>
  sha256([externalId, from.toLowerCase(), sentAt === null ? '' : new Date(sentAt).toISOString()].join('\n'));

/** Whether the message is the one under it: of ours the id alone is enough, which nobody can guess; others may use an id again. */
export const isUnder = (grave: Grave, identity: Identity): boolean =>
  grave.externalIdHash === sha256(identity.externalId) && (grave.isOurs || grave.identity === identityHash(identity));
