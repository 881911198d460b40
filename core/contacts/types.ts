import type { ContactId } from '../lib/ids.ts';

/** How an address is written; the channel's `addressKind`. */
export const IDENTITY_KINDS = ['email', 'e164', 'opaque'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** One address of a contact on a kind of channel. */
export interface Identity {
  readonly kind: IdentityKind;
  /** Normalised where it could be read, else as the sender wrote it. */
  readonly address: string;
}

/** A person or company that writes to us. */
export interface Contact {
  readonly id: ContactId;
  /** Empty when no message ever carried a name. */
  readonly name: string;
  readonly identities: readonly Identity[];
  readonly createdAt: Date;
}

/** What one inbox had to do with a contact lately. */
export interface RecentContact {
  readonly id: ContactId;
  readonly name: string;
  readonly address: string;
  readonly conversations: number;
  readonly messages: number;
  readonly lastAt: Date;
}
