/* What a channel is given to send, and what it answers. Part of contract.ts, which plugins import. */
import type { Readable } from 'node:stream';
import type { NamedAddress } from '../lib/email-address.ts';
import type { DeliveryId, MessageId } from '../lib/ids.ts';

export interface OutboundAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly open: () => Readable;
}

export interface OutboundRecipient {
  readonly deliveryId: DeliveryId;
  readonly kind: 'to' | 'cc' | 'bcc';
  readonly address: string;
  readonly name: string | null;
  /** Names this delivery in a return address; absent = the message has none (system mail). */
  readonly returnToken?: string;
}

export interface OutboundMessage {
  readonly messageId: MessageId;
  /** Fixed when the message was written; the same on every attempt. */
  readonly externalId: string;
  /** Name of the person or company that writes; the address is the inbox's. */
  readonly fromName: string | null;
  /** Secret of the conversation, for channels that can put it in a reply address. Null for system messages. */
  readonly replyToken: string | null;
  /** Names the message in a return address that several recipients share. */
  readonly returnToken?: string;
  /** Who of the recipients is to be tried now. */
  readonly recipients: readonly OutboundRecipient[];
  /** Everyone named in the visible header, tried now or not. */
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly attachments: readonly OutboundAttachment[];
  readonly inReplyTo: string | null;
  /** Oldest first (RFC 5322 §3.6.4). */
  readonly references: readonly string[];
  /** What it is dated: the same on every attempt; of a scheduled message the moment it was to leave. */
  readonly writtenAt: Date;
  /** Written by the machine itself (notification, reset link): RFC 3834 `Auto-Submitted`. */
  readonly automated: boolean;
}

/**
 * Everything a remote party can answer is a value. A thrown error means a bug and is recorded as `unknown`. `note` is a key under `notes.`
 * in the plugin's locales that says in plain words what happened; `retryInMs` = the other side wants to be asked again just then.
 */
export type SendOutcome =
  | { readonly state: 'accepted'; readonly reply: string; readonly note?: string }
  | {
      readonly state: 'deferred';
      readonly reason: string;
      readonly status: string | null;
      readonly note?: string;
      readonly retryInMs?: number;
    }
  | {
      readonly state: 'refused';
      readonly reason: string;
      readonly status: string | null;
      readonly note?: string;
      /** False = said of us, or of several at once: whatever its status, no address is blocked for it. */
      readonly aboutRecipient?: false;
    }
  /** The peer may have taken it: nothing is tried again until a person decides. */
  | { readonly state: 'unknown'; readonly reason: string };

export interface SendResult {
  readonly deliveryId: DeliveryId;
  readonly outcome: SendOutcome;
}

/** What signs mail of one domain (DKIM, RFC 6376). Never logged, never kept longer than a send. */
export interface SigningKey {
  readonly selector: string;
  /** RSA, PKCS #8 in PEM. */
  readonly privateKey: string;
}
