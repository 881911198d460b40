/* A way in and out for messages. Part of contract.ts, which plugins import. */
import type { InboxId, MessageId } from '../lib/ids.ts';
import type {
  AccessToken,
  CheckMeans,
  CheckResult,
  Health,
  PluginBase,
  PluginHost,
  PluginManifest,
  Reach,
  ServerValues,
  SettingField,
} from './contract-base.ts';
import type { Comparison } from './contract-compare.ts';
import type { Connecting, InboxHealth } from './contract-connect.ts';
import type {
  Admission,
  Caller,
  KeepResult,
  RawInbound,
  Refusal,
  SenderWatch,
  TurnAwayReason,
  VisitorLetter,
  VisitorNote,
} from './contract-door.ts';
import type { OutboundMessage, SendResult, SigningKey } from './contract-outbound.ts';
import type { VisitorReach, VisitorTalk } from './contract-visitor.ts';

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

/** One configured endpoint as the plugin sees it: its settings are already typed by `readSettings`. */
export interface Inbox<Settings> {
  readonly id: InboxId;
  readonly name: string;
  readonly address: string;
  readonly settings: Settings;
}

/** What an inbox does with doubtful mail. Scores are a filter's points: higher is worse. */
export interface InboxPolicy {
  /** From here on a message is shown with a warning. */
  readonly tagScore: number;
  /** From here on it goes to spam. */
  readonly spamScore: number;
  /** When the sender's domain disowns it (DMARC fails). `refuse` is the channel's own work, before it keeps anything; what came in all the same goes to spam where its domain asks to refuse it, the rest is tagged. */
  readonly onDmarcFail: 'tag' | 'spam' | 'refuse';
  /** What becomes of a message in which a scanner found a virus. It is marked and its files are withheld either way. */
  readonly onVirus: 'tag' | 'spam';
}

export interface ChannelHost<PluginSettings = unknown> extends PluginHost<PluginSettings> {
  readonly keep: (raw: RawInbound) => Promise<KeepResult>;
  /**
   * False: the disk is nearly full, or a limit that administrators set is reached, of this inbox or of all together. Quick enough to be
   * asked for each message and recipient. The caller asks the sender to come again; what is kept all the same is not lost.
   */
  readonly hasRoom: (inboxId?: InboxId) => Promise<boolean>;
  /** How many kept things wait to be read: who brings what can wait, such as old mail, leaves room for what is new. */
  readonly backlog: () => Promise<number>;
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
  /** Opens accounts that people logged in to at their provider. */
  readonly accessToken: AccessToken;
  /**
   * Of several processes one reads accounts elsewhere. Called at once with whether it is this one, and at each change; several calls may say
   * the same. Where there is one process it is that one.
   */
  readonly onTurn: (listener: (isOurs: boolean) => void) => void;
  /** A message of ours as it was sent, for those that keep a copy elsewhere; null when it is gone. */
  readonly sent: (messageId: MessageId) => Promise<OutboundMessage | null>;
  /** Envelopes of what was kept for an inbox with a server's number in it (`uidValidity`), the oldest first; also of what was deleted since. */
  readonly numbered: (inboxId: InboxId) => AsyncIterable<Readonly<Record<string, string>>>;
  /**
   * What of an inbox was deleted for good: after this one, the oldest first, or the newest. `externalId` null = it had no id. `isIt`: a message with this id
   * is that one, since others may have the id too.
   */
  readonly deleted: (
    inboxId: InboxId,
    which: { readonly after: number; readonly most: number } | { readonly newest: number },
  ) => Promise<readonly DeletedMessage[]>;
  /** Puts a message of ours into the window of a visitor of the website who talks with this inbox; doing it again changes nothing. */
  readonly toVisitor: (inboxId: InboxId, address: string, externalId: string) => Promise<VisitorReach>;
  /** Keys that sign for this domain of ours now; empty = its mail goes out unsigned. */
  readonly signingKeys: (domain: string) => Promise<readonly SigningKey[]>;
}

export interface DeletedMessage {
  readonly id: number;
  readonly externalId: string | null;
  readonly isIt: (found: { readonly from: string; readonly sentAt: Date | null }) => boolean;
}

export interface RunningChannel<Settings> {
  /** From now on the inbox takes and sends. Opening an open inbox applies its new settings. */
  open(inbox: Inbox<Settings>): Promise<void>;
  close(inboxId: InboxId): Promise<void>;
  /** One result for each recipient of the message, in any order. */
  send(message: OutboundMessage, inbox: Inbox<Settings>, signal: AbortSignal): Promise<readonly SendResult[]>;
  health(): Health;
  /** Of one open inbox that fetches its messages; null or absent = it does not. From memory. */
  inboxHealth?(inboxId: InboxId): InboxHealth | null;
  /** Compares an open inbox with its account message by message, fetches what is missing and notes the result. Rejects when it cannot. */
  compare?(inboxId: InboxId, signal: AbortSignal): Promise<void>;
  /** What the last comparison found; null = there was none. */
  compared?(inboxId: InboxId): Promise<Comparison | null>;
  /** Stops taking new work, lets running work end, leaves no handle. May be called twice. */
  stop(): Promise<void>;
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
  /** Which machines hand an inbox's mail over to the world: names of relays, or this machine itself. Absent = the channel has none; null = the address is in a domain of somebody else, whose DNS is not ours to change. */
  sendsFrom?(settings: Settings, address: string): SendsFrom | null;
  /** Where an inbox with these settings makes connections to; null = what the plugin itself may connect to beside its inboxes. Absent = nowhere. */
  reaches?(settings: Settings | null, server: ServerValues): readonly Reach[];
  /** Steps that connect an inbox to an account elsewhere; absent = there are none, the form is all. */
  readonly connecting?: Connecting<Settings>;
  /** Writes down what a visitor of the website wrote, who is answered by this channel. Absent = it takes nothing from there. */
  visitorLetter?(note: VisitorNote, inboxAddress: string): Promise<VisitorLetter>;
  /** Live talks with visitors of the website. Absent = it has none. */
  readonly visitorTalk?: VisitorTalk<Settings>;
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
