/* What plugins of every kind share: manifest, settings, host, health. Part of contract.ts, which plugins import. */
import type { Dns } from '../lib/dns.ts';
import type { Log } from '../lib/log.ts';

/** Bumped only when a change here would break an existing plugin. */
export const CONTRACT_VERSION = 1;

/** What a plugin can be: a way in and out for messages, a judge of what came in, or a finder of viruses. */
export const PLUGIN_KINDS = ['channel', 'filter', 'scanner'] as const;

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

/**
 * Secrets are encrypted at rest, never sent back to the browser; an empty secret in a form keeps the stored one.
 * A `secret-url` is an address that may carry a password: encrypted too, shown with dots for the stored password.
 */
export type SettingField = {
  readonly key: string;
  readonly required: boolean;
  /** Shown only while the choice `key` has this value, or one of these; stored all the same. */
  readonly visibleWhen?: { readonly key: string; readonly value: string | readonly string[] };
  /** Set by the steps that connect an inbox (contract-connect.ts), never drawn in a form; a form that is saved keeps it. */
  readonly isInternal?: true;
} & (
  | { readonly type: 'text' | 'secret' | 'secret-url' | 'host' | 'port' | 'email' | 'phone'; readonly default?: string }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default?: string }
  | { readonly type: 'switch'; readonly default: boolean }
);

/** `problem` is a key under `problems.` in the plugin's locales; `field` names the setting at fault, null = the form as a whole. */
export type CheckResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly field: string | null; readonly problem: string; readonly detail: string | null };

/**
 * A token that opens an account by OAuth 2.0 for the next minutes; `grant` is the setting that `Connecting.grantKey` names. `refused`: the
 * server would not have this one, get another. Rejects with AppError `login_again` (a person has to), `oauth_client` (an administrator has
 * to), or `oauth` with status 503 (the service does not answer). A token is never logged or shown.
 */
export type AccessToken = (grant: string, signal: AbortSignal, refused?: string) => Promise<string>;

/** What a check of an inbox may use beside the network. */
export interface CheckMeans {
  readonly dns: Dns;
  readonly accessToken: AccessToken;
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

/** A place outside that a plugin connects to, and what for: what an administrator sees at Settings → Connections. */
export interface Reach {
  readonly purpose: 'sending' | 'direct' | 'fetching' | 'finding' | 'scoring' | 'scanning';
  /** '*': any machine, on this port. */
  readonly host: string;
  readonly port: number;
  /** With '*': only addresses that were judged before, no names. */
  readonly isJudged?: boolean;
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
    /** Reads and writes at once, whoever else does the same; null deletes. `work` may run twice. */
    change(key: string, work: (before: string | null) => string | null): Promise<void>;
  };
  /** Cron with seconds. Of several processes one runs it: for what is to be done once. */
  readonly every: (cron: string, task: (signal: AbortSignal) => Promise<void>) => void;
  /** The same in each process: for what a process keeps in memory, such as its health or a file that it read. */
  readonly everywhere: (cron: string, task: (signal: AbortSignal) => Promise<void>) => void;
}

/** What the plugins of every kind have in common beside their manifest. */
export interface PluginBase<PluginSettings> {
  /**
   * Turns stored or posted plugin-wide values into typed settings; needed when the manifest lists some. The defaults of the manifest
   * alone must give settings that work. Throws InvalidError whose fields hold keys under `problems.`.
   */
  readPluginSettings?(raw: Readonly<Record<string, unknown>>): PluginSettings;
}
