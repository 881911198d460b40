/* How an inbox is connected to an account elsewhere, step by step, and how it does since. Part of contract.ts, which plugins import. */
import type { CheckMeans } from './contract-base.ts';
import type { Inbox } from './contract-channel.ts';

/** A tile of the first step. Texts come from the plugin's locales: `providers.<key>.title` and `.help`, the latter may be empty. */
export interface Provider {
  readonly key: string;
  /** Name of a Tabler outline icon. */
  readonly icon: string;
  /** Accounts there can be logged in to in the browser (OAuth 2.0), for these scopes; core knows the services. */
  readonly logIn?: LogIn;
}

export interface LogIn {
  readonly service: 'google' | 'microsoft';
  readonly scopes: readonly string[];
}

/** How settings were found out: the text is `origins.<key>` of the plugin's locales, where `{where}` may stand. */
export interface Origin {
  readonly key: string;
  readonly where: string;
}

/** One stage of trying an account: `problem` is a key under `problems.` of the plugin's locales, `field` the setting at fault. */
export type Stage =
  | { readonly key: string; readonly state: 'running' | 'ok' | 'skipped' }
  | {
      readonly key: string;
      readonly state: 'failed';
      readonly field: string | null;
      readonly problem: string;
      /** What the other side said, without secrets; shown small below the advice. */
      readonly detail: string | null;
    };

export const PLACE_ROLES = ['inbox', 'sent', 'archive', 'drafts', 'spam', 'trash', 'other'] as const;
export type PlaceRole = (typeof PLACE_ROLES)[number];

/** Where messages lie in an account: a folder of IMAP. */
export interface Place {
  /** As the server calls it; unique in the account. */
  readonly path: string;
  /** For people. */
  readonly name: string;
  readonly role: PlaceRole;
  /** How many messages are there now; null = not told. */
  readonly messages: number | null;
}

/** Whose account an inbox is connected to, for lists; nothing of it is secret. */
export interface Account {
  readonly login: string;
  /** In words of the trade, the same in every language: "IMAP", "imap.example.com:993". */
  readonly servers: readonly { readonly name: string; readonly address: string }[];
}

/** Which places an inbox reads, and from when on; null = everything that is there. */
export interface Chosen {
  readonly places: readonly Pick<Place, 'path' | 'role'>[];
  readonly since: Date | null;
}

/** Present on channels whose inboxes can be connected to an account: core draws the steps. */
export interface Connecting<Settings> {
  readonly providers: readonly Provider[];
  /** Keys of the settings that a person gives beside the address: `first` always, `more` when they could not be found out, or on request. */
  readonly fields: { readonly first: readonly string[]; readonly more: readonly string[] };
  /** The internal setting that names what was granted by logging in at the provider; with it the `first` fields are not needed. */
  readonly grantKey?: string;
  /** Places that have to be read for conversations to be whole; to leave one out takes a second yes. */
  readonly needed: readonly PlaceRole[];
  /** Keys of all stages in their order. Texts: `stages.<key>`. */
  readonly stages: readonly string[];
  /** Values of settings for an address at this provider: presets, or what can be found out about its domain. Never rejects: what it cannot find out is absent. */
  suggest(provider: string, address: string, signal: AbortSignal, means: CheckMeans): Promise<Readonly<Record<string, unknown>>>;
  /** Where such values are from; null: nobody has to know, or they were changed since. */
  origin?(values: Readonly<Record<string, unknown>>): Origin | null;
  /** Connects for real and tells each stage as it begins and ends. Null: a stage failed. Never rejects. */
  tryOut(
    inbox: Inbox<Settings>,
    signal: AbortSignal,
    means: CheckMeans,
    tell: (stage: Stage) => void,
  ): Promise<{ readonly places: readonly Place[] } | null>;
  /** The settings that say so. */
  choose(chosen: Chosen): Readonly<Record<string, unknown>>;
  /** How an account with these values of settings can be logged in to at its provider; null or absent = by the fields only. */
  logInOf?(values: Readonly<Record<string, unknown>>): LogIn | null;
  /** Whether the account's server takes this token for it; true also when that cannot be found out now. Never rejects. Goes with `grantKey`. */
  takesToken?(inbox: Inbox<Settings>, signal: AbortSignal, token: string): Promise<boolean>;
  /** What these settings say. */
  chosen(settings: Settings): Chosen;
  /** Null: an inbox with these settings is not connected to an account. */
  account(settings: Settings): Account | null;
}

/** How an inbox that fetches does now. */
export interface InboxHealth {
  /** `starting`: not connected yet since the start; `filling`: what was there before is still being fetched. */
  readonly state: 'starting' | 'filling' | 'current' | 'failing';
  /** When everything there was last known to be here. */
  readonly lastSuccessAt: Date | null;
  /** Since when it has failed without a break. */
  readonly failingSince: Date | null;
  /** Key under `problems.` and what the server said, of the last failure. */
  readonly problem: string | null;
  readonly detail: string | null;
  /** Messages fetched so far, and how many were to be fetched; null = not known yet. */
  readonly fetched: number;
  readonly total: number | null;
}
