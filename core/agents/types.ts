import type { EmailAddress } from '../lib/email-address.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import type { OwnKeys } from '../lib/keys.ts';
import type { Language } from '../lib/language.ts';
import { heldBy, type Permission } from '../lib/permissions.ts';

export const ROLES = ['administrator', 'agent'] as const;
export type Role = (typeof ROLES)[number];

export const AGENT_STATUSES = ['active', 'disabled'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

export const AVAILABILITIES = ['available', 'busy', 'away'] as const;
/** Whether he is there: colleagues see it, and nothing is kept from him by it. */
export type Availability = (typeof AVAILABILITIES)[number];

/** How long the browser rings for what comes in. */
export const RINGS = ['short', 'long'] as const;
export type Ring = (typeof RINGS)[number];

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Someone who answers customers. Never deleted, only disabled: what he wrote keeps its author. */
export interface Agent {
  readonly id: AgentId;
  readonly email: EmailAddress;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: Role;
  /** What was given to him; an administrator needs none. */
  readonly permissions: readonly Permission[];
  readonly status: AgentStatus;
  readonly language: Language;
  readonly theme: Theme;
  readonly ring: Ring;
  /** Keys that he chose in place of the usual ones. */
  readonly keys: OwnKeys;
  /** As he said it; `availabilityAt` says whether it still holds. */
  readonly availability: Availability;
  /** ISO-8601: until when he is not available; null = until he says so. */
  readonly availableAgainAt: string | null;
  readonly jobTitle: string;
  readonly createdAt: string;
  /** Null until the first log-in. */
  readonly lastLoginAt: string | null;
  /** False until he followed his invitation. */
  readonly hasPassword: boolean;
}

/** What a person may say of himself or an administrator of others. */
export interface AgentDetails {
  readonly firstName: string;
  readonly lastName: string;
  readonly jobTitle: string;
  readonly language: Language;
}

/** Whoever a session or an API key stands for. */
export interface SignedIn {
  readonly agent: {
    readonly id: AgentId;
    readonly sessionId: SessionId | null;
    readonly email: EmailAddress;
    readonly firstName: string;
    readonly lastName: string;
    readonly role: Role;
    /** An administrator holds all of them. */
    readonly permissions: readonly Permission[];
    readonly theme: Theme;
    readonly ring: Ring;
    readonly keys: OwnKeys;
  };
  readonly language: Language;
}

export const nameOf = (agent: { readonly firstName: string; readonly lastName: string }): string =>
  `${agent.firstName} ${agent.lastName}`.trim();

export function signedIn(agent: Agent, sessionId: SessionId | null): SignedIn {
  const { id, email, firstName, lastName, role, theme, ring, keys, language } = agent;
  return { agent: { id, sessionId, email, firstName, lastName, role, permissions: heldBy(agent), theme, ring, keys }, language };
}
