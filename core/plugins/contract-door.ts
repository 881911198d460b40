/* What a channel says at its door: what it keeps, whom it refuses or sends away. Part of contract.ts, which plugins import. */
import type { Authentication } from '../lib/authentication.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { InboxId } from '../lib/ids.ts';

/** One thing received, exactly as received: an SMTP DATA section, a webhook body, an IMAP message. */
export interface RawInbound {
  /** Each of these inboxes gets its own copy in the ledger; the bytes are stored once. */
  readonly inboxIds: readonly InboxId[];
  readonly contentType: string;
  /** What travelled beside the body: SMTP envelope, webhook headers, IMAP UID. Never parsed from the body. */
  readonly envelope: Readonly<Record<string, string>>;
  /** Read to its end, whatever its size. */
  readonly body: AsyncIterable<Uint8Array>;
  /** More than this many bytes are read but not stored. */
  readonly maxBytes: number;
  /** Nobody waits for it, as a sender waits for his 250: what was kept before is read meanwhile. */
  readonly isPatient?: true;
}

/** What somebody wrote on the company's website. Every text is his own: bounded, of characters that can be stored, and not to be trusted. */
export interface VisitorNote {
  /** As he says himself; nobody has checked it. */
  readonly from: NamedAddress;
  readonly subject: string;
  readonly text: string;
  readonly writtenAt: Date;
}

/** The same as the channel would have received it, to be kept like everything else. */
export type VisitorLetter = Pick<RawInbound, 'contentType' | 'envelope'> & { readonly bytes: Uint8Array };

/** `kept`: the bytes are on disk and survive a power cut, so only now may the plugin say "250" or "200". */
export type KeepResult = { readonly state: 'kept'; readonly id: string } | { readonly state: 'too_large'; readonly bytes: number };

/** The check of a sender while his bytes come in. Never rejects. */
export interface SenderWatch {
  /** The next bytes. */
  add(chunk: Uint8Array): Promise<void>;
  /** After the last bytes: what was found, or null when it could not be found out within ten seconds. */
  result(): Promise<Authentication | null>;
  /** Gives back what it held; to be called whatever happened. */
  end(): Promise<void>;
}

/** `dmarc`: the domain asks to refuse what it did not send. */
export const REFUSAL_REASONS = ['dmarc'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export interface Refusal {
  readonly inboxIds: readonly InboxId[];
  readonly reason: RefusalReason;
  /** Of the visible sender; null when there is none. */
  readonly senderDomain: string | null;
  readonly mailFrom: string;
  readonly remoteIp: string;
}

/**
 * Why a caller was sent away before he handed anything over: by a rule, by a DNS list, to come again later, for an address that is not
 * ours, over a limit of connections, messages, mistakes or patience, for breaking the protocol, with a message that is too large.
 */
export const TURN_AWAY_REASONS = ['denied', 'listed', 'greylisted', 'unknown_recipient', 'limit', 'protocol', 'too_large'] as const;
export type TurnAwayReason = (typeof TURN_AWAY_REASONS)[number];

/** Who wants to hand a message over. `sender` is empty for a bounce. */
export interface Caller {
  readonly ip: string;
  /** The name he gives himself. */
  readonly helo: string;
  readonly sender: string;
}

/** `rule` is for the log, not for the caller. */
export type Admission = { readonly verdict: 'allowed' | 'unlisted' } | { readonly verdict: 'denied'; readonly rule: string };
