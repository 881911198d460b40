import type { Scope } from '../db/scope.ts';
import type { Face } from '../lib/face.ts';
import type { SessionId } from '../lib/ids.ts';
import type { Language } from '../lib/language.ts';
import type { CurrentAgent } from './context.ts';

/** A person found by his session or API key, and the language he chose. */
export interface Visitor {
  readonly agent: CurrentAgent;
  readonly language: Language;
}

/** What http needs to know of people; the nouns that own them hand these in. */
export interface Gatekeeper {
  /** Null when the session is over, revoked, not this agent's, or the agent is disabled. */
  session(scope: Scope, id: SessionId, agentId: number): Promise<Visitor | null>;
  /** Null when the key is unknown, revoked, or its agent is disabled. */
  apiKey(scope: Scope, key: string): Promise<Visitor | null>;
}

/** What of the settings every page shows. Empty text = not set. */
export interface Site {
  readonly companyName: string;
  /** An address or a whole text; the link is hidden when empty. */
  readonly terms: string;
  readonly privacy: string;
  readonly defaultLanguage: Language;
  /** Limits of a message that is written here, as it is sent. */
  readonly maxAttachments: number;
  readonly maxMessageMb: number;
  /** IANA name of the company's time zone. */
  readonly timeZone: string;
  /** Whether agents are offered to split off an answer under another subject; absent = they are. */
  readonly otherSubject?: 'ask' | 'split' | 'keep';
  /** Mark of the company's logo in its address; absent or null = it has none. */
  readonly logo?: string | null;
  /** What is shown of agents in place of their initials, by their numbers. */
  readonly faces?: ReadonlyMap<number, Face>;
  /** No mail can be taken until somebody makes room. */
  readonly isDiskFull?: boolean;
  /** Limits of storage that are nearly or quite used up, the fullest first. */
  readonly tightQuotas?: readonly { readonly percent: number; readonly inboxId: number | null }[];
  /** Why there is no good backup; null when there is. */
  readonly backupAlarm?: 'failed' | 'old' | 'log' | 'shared' | null;
  /** Automatic answers wait for a person to let them out again. */
  readonly areAcknowledgementsPaused?: boolean;
  /** Of the agent who asks; 100 = more than 99. */
  readonly unreadNotifications?: number;
  /** The product was updated since the agent who asks read of its news. */
  readonly hasNews?: boolean;
  /** A newer version that administrators are told of; null = none that is known of. */
  readonly newerVersion?: string | null;
  /** What is attached now cannot be scanned for viruses at once. */
  readonly isScannerAway?: boolean;
  /** What plugins urgently want administrators to see: keys under `problems.` of each one's texts. */
  readonly pluginNotices?: readonly { readonly plugin: string; readonly problem: string; readonly detail: string | null }[];
}

/** Where uploads go: resolves when the bytes are on disk. */
export interface UploadStore {
  put(content: AsyncIterable<Uint8Array>): Promise<{ readonly sha256: string; readonly bytes: number }>;
}

export interface Toast {
  readonly text: string;
  readonly kind: 'done' | 'problem';
  /** A way back: where its button posts to, and for how many seconds that works; 0 = long, nothing counts down. */
  readonly undo?: {
    readonly path: string;
    readonly seconds: number /** The conversation whose composer it changes; 0 = none. */;
    readonly of: number;
  };
}
