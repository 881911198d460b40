/* What a channel makes of the bytes that came in. Part of contract.ts, which plugins import. */
import type { Readable } from 'node:stream';
import type { Authentication } from '../lib/authentication.ts';
import type { Dns } from '../lib/dns.ts';
import type { NamedAddress } from '../lib/email-address.ts';

/** What `interpret` gets, in a worker thread. */
export interface InterpretInput {
  readonly inbox: { readonly address: string; readonly name: string };
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly receivedAt: Date;
  readonly bytes: number;
  /** A new stream over the stored bytes. */
  readonly open: () => Readable;
}

/** Default export of the module that `ChannelPlugin.interpreter` names. Pure: no network, no clock, no database, no state between calls. */
export type Interpret = (input: InterpretInput) => Promise<readonly Inbound[]>;

/** What `authenticate` gets, in a worker thread; the bytes may not be interpreted yet. */
export interface AuthenticateInput {
  readonly envelope: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly open: () => Readable;
  readonly dns: Dns;
}

/** Default export of the module that `ChannelPlugin.authenticator` names: who really sent it. May ask the DNS, nothing else. */
export type Authenticate = (input: AuthenticateInput) => Promise<Authentication>;

export interface InboundAttachment {
  /** As the sender wrote it, decoded; data only, never a path. Empty when the part had no name. */
  readonly filename: string;
  readonly contentType: string;
  /** Content-ID without angle brackets (RFC 2392), or null when not referenced from the body. */
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly content: Uint8Array;
  /** Index, in the same list, of the attachment it was unpacked from; absent = a part of the message itself. Containers come first. */
  readonly inside?: number;
  /** What it says, when it is a kind that the page shows beside the file. */
  readonly reading?: AttachmentReading;
}

export type AttachmentReading = EnclosedMessage | Invitation;

/** A message within a message (forwarded as attachment). Its own attachments name it with `inside`. */
export interface EnclosedMessage {
  readonly kind: 'message';
  readonly from: NamedAddress;
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly subject: string | null;
  readonly sentAt: Date | null;
  readonly text: string | null;
  /** As sent. Core sanitises it. */
  readonly html: string | null;
}

/** `counter`: somebody who was invited asks for another time, the one that is given; `declinecounter`: the organiser says no to that (RFC 5546 section 3.2). */
export const INVITATION_METHODS = ['request', 'cancel', 'reply', 'publish', 'counter', 'declinecounter'] as const;
export const INVITATION_ANSWERS = ['accepted', 'declined', 'tentative'] as const;
export const FREQUENCIES = ['daily', 'weekly', 'monthly', 'yearly'] as const;

/** The first event of a calendar file (RFC 5545), with what its sender wants (RFC 5546). All texts are a stranger's. */
export interface Invitation {
  readonly kind: 'invitation';
  readonly method: (typeof INVITATION_METHODS)[number];
  /** What one attendee answered, of a reply. */
  readonly answer: (typeof INVITATION_ANSWERS)[number] | null;
  readonly title: string | null;
  readonly location: string | null;
  readonly organiser: NamedAddress | null;
  readonly attendees: number;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly repeats: Repetition | null;
  /** Other events in the same file; absent = none. */
  readonly more?: number;
}

/**
 * `instant`: ISO-8601 UTC. `local`: date and time as written, ISO-8601 without zone, of an unknown zone whose name is given, or of none.
 * `day`: a date of an event that lasts whole days; an end is the day after the last one.
 */
export type EventTime =
  | { readonly kind: 'instant'; readonly at: string }
  | { readonly kind: 'local'; readonly at: string; readonly zone: string | null }
  | { readonly kind: 'day'; readonly at: string };

export interface Repetition {
  readonly frequency: (typeof FREQUENCIES)[number];
  readonly interval: number;
  /** ISO weekdays, 1 = Monday; empty = the day of the start, or another that is not said here. */
  readonly weekdays: readonly number[];
  /** Which of such weekdays in its month, -1 = the last; absent = each. */
  readonly nth?: number;
  readonly count: number | null;
  /** Last date, or null. */
  readonly until: string | null;
}

/**
 * What kind of machine wrote a message: an answering machine (RFC 3834), a mailing list (RFC 2919), a mass mailing, any other notice, a
 * mail server about a delivery (RFC 3464), a mail program about reading (RFC 8098), a provider about a complaint (RFC 5965).
 */
export const MACHINES = ['auto-reply', 'list', 'bulk', 'notification', 'delivery', 'disposition', 'feedback'] as const;
export type Machine = (typeof MACHINES)[number];

export interface InboundMessage {
  readonly kind: 'message';
  /** The channel's own id (RFC 5322 Message-ID without brackets), or null when the sender gave none. */
  readonly externalId: string | null;
  readonly from: NamedAddress;
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  /** Where answers should go when not to `from`. */
  readonly replyTo: readonly NamedAddress[];
  readonly subject: string | null;
  /** Null when the message has only HTML: core derives the text. */
  readonly text: string | null;
  /** As sent. Core sanitises it; nobody else shows it. */
  readonly html: string | null;
  readonly attachments: readonly InboundAttachment[];
  /** Ids of earlier messages this one answers, most direct first (RFC 5322 §3.6.4). */
  readonly references: readonly string[];
  /** Reply tokens of ours found in the addresses it was sent to. They claim, they do not prove. */
  readonly replyTokens: readonly string[];
  /** The Date the sender claims, or null. */
  readonly sentAt: Date | null;
  /** Machine-made: must not reopen conversations or trigger replies (RFC 3834). */
  readonly automated: boolean;
  /** What kind of machine, where the channel can tell; never without `automated`. */
  readonly machine?: Machine;
  /** When it reached the account that it was fetched from; absent = it comes just now. */
  readonly arrivedAt?: Date;
  /** It lay there before the inbox was connected: it fills the history, and nobody is notified or answered. */
  readonly isHistory?: true;
  /** It was written by the owner of the inbox with another program and has been sent: an answer that needs no delivery. */
  readonly isOwn?: true;
}

/** `complained`: the recipient reported it as spam; `noted`: it went on, or was deleted unread: nothing that anybody has to know. */
export const REPORT_OUTCOMES = ['delivered', 'read', 'deferred', 'bounced', 'complained', 'noted'] as const;
export type ReportOutcome = (typeof REPORT_OUTCOMES)[number];

export interface DeliveryReport {
  readonly kind: 'report';
  /**
   * The message it reports on: by our own external id, by the token of the return address it came to, or both; and the recipient, when
   * the report names one. A token claims, core proves it. A report that names nothing is shown to administrators and changes nothing.
   * `passedOnTo`: it is about where the recipient's mail goes on to (a forward, a member of a group), not about the recipient.
   */
  readonly about: {
    readonly externalId: string | null;
    readonly recipient: string | null;
    readonly passedOnTo?: string;
    readonly returnToken?: string;
  };
  readonly outcome: ReportOutcome;
  /** Enhanced status such as "5.1.1" (RFC 3463), or null where the channel has none. */
  readonly status: string | null;
  readonly diagnostic: string | null;
  /** It lay in the account before the inbox was connected: nobody has to see one that is about nothing of ours. */
  readonly isHistory?: true;
}

/**
 * What a receiver of mail tells the owner of a domain about all mail in its name (DMARC aggregate report, RFC 7489 §7.2). Anybody can
 * write one: core keeps it only for a domain of ours from a sender that is not doubted, else `message` is received instead.
 */
export interface DomainReport {
  readonly kind: 'domain-report';
  /** Who reports, in his own words. */
  readonly organisation: string;
  /** Unique for its organisation. */
  readonly reportId: string;
  /** Lower case, without the dot at its end. */
  readonly domain: string;
  readonly begin: Date;
  readonly end: Date;
  /** What the domain asked for when it was looked at. */
  readonly policy: ReportedDisposition;
  readonly rows: readonly DomainReportRow[];
  /** The mail that it came in. */
  readonly message: InboundMessage;
}

export type ReportedDisposition = 'none' | 'quarantine' | 'reject';

/** Equal mails from one machine. `spf` and `dkim`: passed for the domain in From (aligned), as DMARC wants it. */
export interface DomainReportRow {
  readonly sourceIp: string;
  readonly count: number;
  readonly disposition: ReportedDisposition;
  readonly spf: boolean;
  readonly dkim: boolean;
  readonly headerFrom: string;
  /** Domains for which SPF or DKIM passed, aligned or not: whose machine it is. */
  readonly vouchedBy: readonly string[];
}

export type Inbound = InboundMessage | DeliveryReport | DomainReport;
