import type { ContactId, ConversationId } from '../lib/ids.ts';

/** A conversation of somebody else in which the person takes part. */
export interface Elsewhere {
  readonly id: ConversationId;
  readonly subject: string;
  readonly lastMessageAt: Date;
}

/** What there is of somebody who has an address. */
export interface Person {
  readonly address: string;
  /** Null = nobody with this address is a contact of the company. */
  readonly contactId: ContactId | null;
  /** Empty when no message ever carried a name. */
  readonly name: string;
  /** All of the contact, the one asked for among them. */
  readonly addresses: readonly string[];
  readonly conversations: number;
  readonly messages: number;
  /** Conversations of the person that a label of the retention keeps: they stay. */
  readonly kept: number;
  /** Stay too, since they are somebody else's; counted, and the newest of them. */
  readonly elsewhere: { readonly count: number; readonly first: readonly Elsewhere[] };
}
