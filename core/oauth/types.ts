import type { AgentId, Id, SessionId } from '../lib/ids.ts';

export type GrantId = Id<'oauth_grants'>;
export type LoginId = Id<'oauth_logins'>;

/** Where accounts are that can be logged in to by OAuth 2.0. */
export const SERVICES = ['google', 'microsoft'] as const;
export type Service = (typeof SERVICES)[number];
export const isService = (text: unknown): text is Service => SERVICES.some((one) => one === text);

/** How the company registered Centrala at a service. */
export interface Client {
  readonly service: Service;
  readonly clientId: string;
  /** In clear; empty = a public client, which has none. */
  readonly clientSecret: string;
  /** Whose accounts log in, of Microsoft: a directory, or "common". */
  readonly tenant: string;
  /** YYYY-MM-DD; null = it does not end, or nobody said when. */
  readonly secretExpiresOn: string | null;
}

/** `asked`: nobody has agreed yet; `lapsed`: the service does not take it any more, somebody has to log in again. */
export const GRANT_STATES = ['asked', 'granted', 'lapsed'] as const;

/** What somebody allowed Centrala to do with his account at a service. Tokens are sealed. */
export interface Grant {
  readonly id: GrantId;
  readonly service: Service;
  /** Whose: the address that it was asked for. */
  readonly account: string;
  readonly scopes: readonly string[];
  readonly state: (typeof GRANT_STATES)[number];
  readonly accessToken: string;
  readonly accessExpiresAt: Date | null;
  readonly refreshToken: string;
  /** Null = it does not end by time, as far as the service says. */
  readonly refreshExpiresAt: Date | null;
  readonly isPublic: boolean;
  /** The last warning before it ends, in days; null = none. */
  readonly warnedDays: number | null;
}

/** `code`: the browser goes to the service and comes back; `device`: a code is typed there, on any machine (RFC 8628). */
export type Way = 'code' | 'device';

/** One attempt to log in. */
export interface Login {
  readonly id: LoginId;
  readonly grantId: GrantId;
  /** Who logs in: nobody else sees it. */
  readonly agentId: AgentId;
  /** What comes back is taken in this session alone. */
  readonly sessionId: SessionId;
  readonly way: Way;
  readonly state: 'waiting' | 'working' | 'done' | 'failed';
  /** Sealed: the secret half of PKCE, or the device code. */
  readonly verifier: string;
  readonly address: string;
  readonly userCode: string;
  readonly redirectUri: string;
  readonly intervalSeconds: number;
  readonly problem: Problem | null;
  /** What the service said, in one line. */
  readonly detail: string | null;
  /** A path of ours to go on at. */
  readonly back: string;
  readonly expiresAt: Date;
}

/** Why a log-in failed, each with a text that says what to do. */
export const PROBLEMS = [
  'refused',
  'expired',
  'client',
  'secret',
  'secret_expired',
  'redirect',
  'public_client',
  'consent',
  'scope',
  'account',
  'code',
  'foreign',
  'no_refresh',
  'lapsed',
  'unreachable',
  'other',
] as const;
export type Problem = (typeof PROBLEMS)[number];
