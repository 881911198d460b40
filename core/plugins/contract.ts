// Long because: the whole contract of plugins stands in one file, to be read beside docs/plugins.md.
import type { Readable } from 'node:stream';
import type { Authentication } from '../lib/authentication.ts';
import type { Dns } from '../lib/dns.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { DeliveryId, InboxId, MessageId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';

/** Bumped only when a change here would break an existing plugin. */
export const CONTRACT_VERSION = 1;

/** What a plugin can be: a way in and out for messages, or a judge of what came in. */
export const PLUGIN_KINDS = ['channel', 'filter'] as const;

/** What every plugin says of itself, whatever its kind. */
export interface PluginManifest {
  /** Folder name, URL segment and `inboxes.channel` value: lower case, digits, hyphens. */
  readonly name: string;
  readonly contract: typeof CONTRACT_VERSION;
  readonly kind: (typeof PLUGIN_KINDS)[number];
  /** Whether a new installation starts with it; an administrator's choice outlives this. */
  readonly startsEnabled: boolean;
  /** Name of a Tabler outline icon. */
  readonly icon: string;
  /** Settings of the plugin as a whole, drawn as the form at /plugins/<name>; a change restarts it. Keys differ from those of inboxes. */
  readonly pluginSettings?: readonly SettingField[];
}

export interface ChannelManifest extends PluginManifest {
  readonly kind: 'channel';
  readonly traits: ChannelTraits;
  /** Drawn as the inbox form, in this order. Texts come from the plugin's locales: `settings.<key>.label` and `.help`. */
  readonly settings: readonly SettingField[];
}

/** Facts about a channel that core may branch on. Core never compares `name`. */
export interface ChannelTraits {
  readonly addressKind: 'email' | 'e164' | 'opaque';
  readonly body: 'html' | 'text';
  readonly maxBodyChars: number | null;
  /** null = the channel carries no attachments. */
  readonly maxAttachmentBytes: number | null;
  /** How a reply finds its conversation when the sender gave no explicit reference. */
  readonly continues: 'by-reference' | 'by-contact' | 'by-session';
  /** Hours after the last inbound message in which an agent may answer; null = always. */
  readonly replyWindowHours: number | null;
  readonly subject: boolean;
  readonly confirms: readonly ('delivered' | 'read')[];
}

/**
 * Secrets are encrypted at rest, never sent back to the browser; an empty secret in a form keeps the stored one.
 * A `secret-url` is an address that may carry a password: encrypted too, shown with dots for the stored password.
 */
export type SettingField = {
  readonly key: string;
  readonly required: boolean;
  /** Shown only while the choice `key` has this value; stored all the same. */
  readonly visibleWhen?: { readonly key: string; readonly value: string };
} & (
  | { readonly type: 'text' | 'secret' | 'secret-url' | 'host' | 'port' | 'email' | 'phone'; readonly default?: string }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default?: string }
  | { readonly type: 'switch'; readonly default: boolean }
);

/** One configured endpoint as the plugin sees it: its settings are already typed by `readSettings`. */
export interface Inbox<Settings> {
  readonly id: InboxId;
  readonly name: string;
  readonly address: string;
  readonly settings: Settings;
}

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
}

/** `kept`: the bytes are on disk and survive a power cut, so only now may the plugin say "250" or "200". */
export type KeepResult = { readonly state: 'kept'; readonly id: string } | { readonly state: 'too_large'; readonly bytes: number };

/** What an inbox does with doubtful mail. Scores are a filter's points: higher is worse. */
export interface InboxPolicy {
  /** From here on a message is shown with a warning. */
  readonly tagScore: number;
  /** From here on it goes to spam. */
  readonly spamScore: number;
  /** When the sender's domain disowns it (DMARC fails). `refuse` is the channel's own work, before it keeps anything; the rest is then tagged. */
  readonly onDmarcFail: 'tag' | 'spam' | 'refuse';
}

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

export const INVITATION_METHODS = ['request', 'cancel', 'reply', 'publish'] as const;
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
  /** ISO weekdays, 1 = Monday; empty = the day of the start. */
  readonly weekdays: readonly number[];
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
}

/** `complained`: the recipient reported it as spam; `noted`: it went on, or was deleted unread: nothing that anybody has to know. */
export const REPORT_OUTCOMES = ['delivered', 'read', 'deferred', 'bounced', 'complained', 'noted'] as const;
export type ReportOutcome = (typeof REPORT_OUTCOMES)[number];

export interface DeliveryReport {
  readonly kind: 'report';
  /**
   * The message it reports on: by our own external id, by the token of the return address it came to, or both; and the recipient, when
   * the report names one. A token claims, core proves it. A report that names nothing is shown to administrators and changes nothing.
   */
  readonly about: { readonly externalId: string | null; readonly recipient: string | null; readonly returnToken?: string };
  readonly outcome: ReportOutcome;
  /** Enhanced status such as "5.1.1" (RFC 3463), or null where the channel has none. */
  readonly status: string | null;
  readonly diagnostic: string | null;
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
  | { readonly state: 'refused'; readonly reason: string; readonly status: string | null; readonly note?: string }
  /** The peer may have taken it: nothing is tried again until a person decides. */
  | { readonly state: 'unknown'; readonly reason: string };

export interface SendResult {
  readonly deliveryId: DeliveryId;
  readonly outcome: SendOutcome;
}

/** `problem` is a key under `problems.` in the plugin's locales; `field` names the setting at fault, null = the form as a whole. */
export type CheckResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly field: string | null; readonly problem: string; readonly detail: string | null };

/** What a check of an inbox may use beside the network. */
export interface CheckMeans {
  readonly dns: Dns;
  readonly server: ServerValues;
}

export interface Health {
  readonly state: 'ok' | 'failing';
  /** Key under `problems.` in the plugin's locales, null when there is nothing to say. With `ok` it is a warning: it works, but not for long. */
  readonly problem: string | null;
  readonly detail: string | null;
  /** Every administrator sees the problem above every page. */
  readonly isUrgent?: boolean;
}

/** Process-wide values from config/ under the plugin's name, such as a listening port. */
export type ServerValues = Readonly<Record<string, string>>;
/** What signs mail of one domain (DKIM, RFC 6376). Never logged, never kept longer than a send. */
export interface SigningKey {
  readonly selector: string;
  /** RSA, PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** All a plugin may touch. Nothing else of core but core/lib is importable from plugins/. */
export interface PluginHost<PluginSettings = unknown> {
  readonly log: Log;
  readonly now: () => Date;
  readonly server: ServerValues;
  /** The plugin-wide settings, typed by `readPluginSettings`; undefined when the manifest lists none. */
  readonly settings: PluginSettings;
  /** Answers are values and never late; a machine without DNS gets `failed` and must still work. */
  readonly dns: Dns;
  /** Small durable values of this plugin (an IMAP UIDVALIDITY cursor, a token). Keys are private to the plugin. */
  readonly state: {
    get(key: string): Promise<string | null>;
    set(key: string, value: string): Promise<void>;
    delete(key: string): Promise<void>;
  };
  readonly every: (cron: string, task: (signal: AbortSignal) => Promise<void>) => void;
}

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

export interface ChannelHost<PluginSettings = unknown> extends PluginHost<PluginSettings> {
  readonly keep: (raw: RawInbound) => Promise<KeepResult>;
  /** False: the disk is nearly full, `keep` would refuse. Quick enough to be asked before each message. */
  readonly hasRoom: () => Promise<boolean>;
  /** Starts checking who sends what is coming in, by the channel's own authenticator and before it is kept. The caller ends it. */
  readonly watchSender: (envelope: Readonly<Record<string, string>>) => SenderWatch;
  /** Notes that something was refused by a policy of its inboxes, so that people see what the policy does. */
  readonly refused: (refusal: Refusal) => void;
  /** Counts a caller who was sent away, so that people see what comes to the door. In memory: may be called in a flood. */
  readonly turnedAway: (reason: TurnAwayReason) => void;
  /** What the administrators' rules say about a caller, for channels that listen; from memory, so asked for each message. */
  readonly admit: (caller: Caller) => Promise<Admission>;
  /** Greylisting: false = ask him to come again in five minutes. Writes to the database: only when an administrator switched it on. */
  readonly hasWaited: (caller: Caller, recipient: string) => Promise<boolean>;
  /** Which open inbox of this channel answers for this normalised address, or null (then: 550 5.1.1, or 404). */
  readonly findInbox: (address: string) => Promise<InboxId | null>;
  /** Keys that sign for this domain of ours now; empty = its mail goes out unsigned. */
  readonly signingKeys: (domain: string) => Promise<readonly SigningKey[]>;
}

export interface RunningChannel<Settings> {
  /** From now on the inbox takes and sends. Opening an open inbox applies its new settings. */
  open(inbox: Inbox<Settings>): Promise<void>;
  close(inboxId: InboxId): Promise<void>;
  /** One result for each recipient of the message, in any order. */
  send(message: OutboundMessage, inbox: Inbox<Settings>, signal: AbortSignal): Promise<readonly SendResult[]>;
  health(): Health;
  /** Stops taking new work, lets running work end, leaves no handle. May be called twice. */
  stop(): Promise<void>;
}

/** What the plugins of every kind have in common beside their manifest. */
export interface PluginBase<PluginSettings> {
  /**
   * Turns stored or posted plugin-wide values into typed settings; needed when the manifest lists some. The defaults of the manifest
   * alone must give settings that work. Throws InvalidError whose fields hold keys under `problems.`.
   */
  readPluginSettings?(raw: Readonly<Record<string, unknown>>): PluginSettings;
}

export interface ChannelPlugin<Settings = unknown, PluginSettings = unknown> extends PluginBase<PluginSettings> {
  readonly manifest: ChannelManifest;
  /** Module whose default export is an `Interpret`; core runs it in a worker thread with a time and memory limit. */
  readonly interpreter: URL;
  /** Module whose default export is an `Authenticate`; absent where senders cannot be checked, or need not. */
  readonly authenticator?: URL;
  /** Turns stored or posted values into typed settings. Throws InvalidError whose fields hold keys under `problems.`. */
  readSettings(raw: Readonly<Record<string, unknown>>): Settings;
  /** One short line for lists, without secrets ("smtp.example.com:587"); null when there is nothing to say. */
  summary(settings: Settings): string | null;
  /** Whether an inbox with these settings can send at all. */
  canSend(settings: Settings): boolean;
  /** What an inbox with these settings does with doubtful mail; without it nothing of the channel is ever put into spam by a score. */
  policy?(settings: Settings): InboxPolicy;
  /** Which machines hand an inbox's mail over to the world: names of relays, or this machine itself. Absent = the channel has none. */
  sendsFrom?(settings: Settings): SendsFrom;
  /** The channel's own id for a new outbound message; `token` is random and unguessable. */
  externalId(inboxAddress: string, token: string): string;
  /** Connects for real, needs no running plugin. Called before a form is saved, by the command line and by the health page. */
  check(inbox: Inbox<Settings>, signal: AbortSignal, means: CheckMeans): Promise<CheckResult>;
  /** May throw AppError with code `credentials`, `settings` or `unreachable`. */
  start(host: ChannelHost<PluginSettings>): Promise<RunningChannel<Settings>>;
}

export interface SendsFrom {
  readonly relays: readonly string[];
  readonly isDirect: boolean;
}

/** Identity function: gives the literal its type without `as`. */
export function defineChannel<Settings, PluginSettings = unknown>(
  plugin: ChannelPlugin<Settings, PluginSettings>,
): ChannelPlugin<Settings, PluginSettings> {
  return plugin;
}

export interface FilterManifest extends PluginManifest {
  readonly kind: 'filter';
  /** Content types it can judge ("message/rfc822"); nothing else is shown to it. */
  readonly contentTypes: readonly string[];
}

/** What a filter gets: the bytes as received and what travelled beside them. */
export interface FilterInput {
  readonly inbox: { readonly address: string; readonly name: string };
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly receivedAt: Date;
  readonly bytes: number;
  /** A new stream over the stored bytes. */
  readonly open: () => Readable;
}

/** One rule that matched, and what it added to the score. */
export interface FilterSymbol {
  readonly name: string;
  readonly score: number;
  /** In the words of the filter; null when it gave none. */
  readonly description: string | null;
}

/**
 * `skipped`: this thing will never be judged, and that is in order (too large). `unavailable`: the filter could not answer now;
 * core lets the message in unscored and asks again later. Reasons are keys under `problems.` in the plugin's locales.
 */
export type FilterVerdict =
  | { readonly state: 'scored'; readonly score: number; readonly threshold: number; readonly symbols: readonly FilterSymbol[] }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'unavailable'; readonly reason: string; readonly detail: string | null };

/** `unchanged`: it had learned this thing as this kind before. */
export type LearnResult =
  | { readonly state: 'learned' | 'unchanged' }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'unavailable'; readonly reason: string; readonly detail: string | null };

export interface RunningFilter {
  /** Several calls may run at once. Answers before `signal` aborts, or soon after it with `unavailable`. */
  judge(input: FilterInput, signal: AbortSignal): Promise<FilterVerdict>;
  /** Teaches by the example of one thing; teaching the opposite later corrects it. */
  learn(input: FilterInput, as: 'spam' | 'ham', signal: AbortSignal): Promise<LearnResult>;
  health(): Health;
  /** Lets running work end, leaves no handle and no process. May be called twice. */
  stop(): Promise<void>;
}

export interface FilterPlugin<PluginSettings = unknown> extends PluginBase<PluginSettings> {
  readonly manifest: FilterManifest;
  /** Connects for real, needs no running plugin. Called before the plugin-wide form is saved and by the command line. */
  check(settings: PluginSettings, server: ServerValues, signal: AbortSignal): Promise<CheckResult>;
  /** May throw AppError with code `credentials`, `settings` or `unreachable`. */
  start(host: PluginHost<PluginSettings>): Promise<RunningFilter>;
}

/** Identity function: gives the literal its type without `as`. */
export function defineFilter<PluginSettings>(plugin: FilterPlugin<PluginSettings>): FilterPlugin<PluginSettings> {
  return plugin;
}

export type Plugin = ChannelPlugin | FilterPlugin;

/** Which of the union it is: TypeScript does not see a discriminant inside the manifest. */
export const isChannel = (plugin: Plugin | null | undefined): plugin is ChannelPlugin => plugin?.manifest.kind === 'channel';
export const isFilter = (plugin: Plugin | null | undefined): plugin is FilterPlugin => plugin?.manifest.kind === 'filter';
