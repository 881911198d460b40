import type { InboxId, RawInboundId } from '../lib/ids.ts';
import type { Stretch } from '../lib/quoted-text.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import type { DeliveryReport, DomainReport, EnclosedMessage, InboundMessage, Invitation } from '../plugins/contract.ts';
import type { Verdict } from './verdict.ts';

/** What can become of a kept thing. `waiting` is the only one that changes by itself; `failed` waits for a person. */
export const RAW_STATUSES = ['waiting', 'received', 'report', 'spam', 'failed', 'duplicate'] as const;
export type RawStatus = (typeof RAW_STATUSES)[number];

/** A row of `raw_inbound`: one received thing for one inbox, before and after interpretation. */
export interface RawInboundRecord {
  readonly id: RawInboundId;
  readonly inboxId: InboxId;
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly blobSha256: string;
  readonly bytes: number;
  readonly status: RawStatus;
  readonly attempts: number;
  readonly error: string | null;
  readonly receivedAt: Date;
  /** What was found out about it earlier; null = not judged yet. */
  readonly verdict: Verdict | null;
}

/** An attachment whose bytes are already in the blob store. */
export interface StoredAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly bytes: number;
  readonly sha256: string;
  /** Position of the attachment it was unpacked from. */
  readonly inside?: number;
  readonly reading?: StoredReading;
}

/** What an attachment says, sanitised. */
export type StoredReading = StoredEnclosedMessage | Invitation;

export interface StoredEnclosedMessage extends Omit<EnclosedMessage, 'text' | 'html' | 'sentAt'> {
  readonly text: string;
  readonly html: SafeHtml | null;
  /** ISO-8601 UTC, or null. */
  readonly sentAt: string | null;
}

/** What of a message is shown folded: quotes and signatures, as stretches of its text and of its HTML. */
export interface Folds {
  readonly text: readonly Stretch[];
  readonly html: readonly Stretch[];
}

/** An inbound message as it leaves the interpreter's worker: sanitised, text derived, attachments stored. */
export interface InterpretedMessage extends Omit<InboundMessage, 'html' | 'text' | 'attachments' | 'sentAt'> {
  readonly html: SafeHtml | null;
  readonly text: string;
  readonly folds: Folds;
  /** The beginning of what is new in it, without quotes and signatures. */
  readonly ownWords: string;
  /** What `indexedWords` makes of it, found away from the event loop. Absent = not found yet. */
  readonly words?: string;
  /** ISO-8601 UTC, or null. */
  readonly sentAt: string | null;
  readonly attachments: readonly StoredAttachment[];
}

/** A report on a domain, bounded; its message is received where the report is not. */
export interface InterpretedDomainReport extends Omit<DomainReport, 'message'> {
  readonly message: InterpretedMessage;
}

export type Interpreted = InterpretedMessage | DeliveryReport | InterpretedDomainReport;
