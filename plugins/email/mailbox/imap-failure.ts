import { isTlsFailure } from '../outbound/tls-failure.ts';
import type { Account } from './imap-client.ts';
import { isTokenError } from './token-error.ts';

/**
 * Why an account could not be read. `login`: the server refused who we are. `in_clear`: no TLS and not on this machine. `unavailable`: it asks
 * us to come again (BYE, UNAVAILABLE, throttling). `limit`: too many connections or too much traffic. `folder`: the folder is not there.
 */
export const IMAP_FAILURES = [
  'dns',
  'refused',
  'timeout',
  'unreachable',
  'tls_certificate',
  'tls',
  'in_clear',
  'login',
  'unavailable',
  'limit',
  'folder',
  'cut',
  'protocol',
] as const;
export type ImapFailureKind = (typeof IMAP_FAILURES)[number];

export interface ImapFailure {
  readonly kind: ImapFailureKind;
  /** What the server or the system said, in one line and without the password. */
  readonly text: string;
  /** How long the server asks us to stay away, when it says so. */
  readonly retryInMs: number | null;
}

const MAX_TEXT_CHARS = 300;

export function imapFailureOf(error: unknown, account: Account): ImapFailure {
  const facts = factsOf(error);
  return { kind: kindOf(error, facts), text: withoutSecrets(facts.text, account), retryInMs: facts.retryInMs };
}

interface Facts {
  readonly code: string;
  /** [UNAVAILABLE], [LIMIT] … of a NO (RFC 5530). */
  readonly reply: string;
  readonly text: string;
  readonly status: string;
  /** It said goodbye by itself (BYE). */
  readonly isDismissed: boolean;
  readonly retryInMs: number | null;
}

function factsOf(error: unknown): Facts {
  const fields: Readonly<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  const word = (key: string): string => (typeof fields[key] === 'string' ? fields[key] : '');
  const message = error instanceof Error ? error.message : String(error);
  const wait = fields['throttleReset'];
  return {
    code: word('code'),
    reply: word('serverResponseCode').toUpperCase(),
    text: word('responseText') || word('response') || word('reason') || message,
    status: word('responseStatus'),
    isDismissed: word('reason') !== '',
    retryInMs: typeof wait === 'number' && Number.isFinite(wait) ? wait : null,
  };
}

function kindOf(error: unknown, { code, reply, text, status, isDismissed }: Facts): ImapFailureKind {
  if (isTokenError(error)) return error.status === 503 ? 'unavailable' : 'login';
  if (code === 'imap_in_clear') return 'in_clear';
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code)) return 'tls_certificate';
  if (isTlsFailure(code, text) || /STARTTLS/.test(text) || isMarked(error, 'tlsFailed')) return 'tls';
  if (code === 'ETHROTTLE' || /^(?:LIMIT|OVERQUOTA|INUSE)$/.test(reply) || /too many|throttl|rate limit|bandwidth/i.test(text))
    return 'limit';
  if (isDismissed || /^(?:UNAVAILABLE|SERVERBUG)$/.test(reply)) return 'unavailable';
  // Gmail says [ALERT] when an app password is wanted.
  if (isLogInRefused(error)) return 'login';
  if (reply === 'ALERT') return 'unavailable';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (code === 'ECONNREFUSED') return 'refused';
  if (/TIMEOUT|^ETIMEDOUT$/.test(code)) return 'timeout';
  if (/^(?:EHOSTUNREACH|ENETUNREACH|EACCES|EADDRNOTAVAIL)$/.test(code)) return 'unreachable';
  if (/^(?:TRYCREATE|NONEXISTENT|NOPERM)$/.test(reply) || isFolderShut(error)) return 'folder';
  if (status === 'NO' || status === 'BAD') return 'protocol';
  return /^(?:NoConnection|EConnectionClosed|ClosedAfterConnect\w+|StateLogout|ECONNRESET|EPIPE)$/.test(code) ? 'cut' : 'protocol';
}

const isMarked = (error: unknown, mark: string): boolean =>
  typeof error === 'object' && error !== null && mark in error && Reflect.get(error, mark) === true;
/** The server knows who we say we are, and says no. */
export const isLogInRefused = (error: unknown): boolean => isMarked(error, 'authenticationFailed');
/** The server lists this folder and does not open it: it keeps the name for the folders below it only, lets others in, or cannot read it now. */
export class FolderShutError extends Error {
  constructor(refusal: Error) {
    super(factsOf(refusal).text, { cause: refusal });
  }
}
/** The folder is not to be had, which says nothing of the others. */
export const isFolderShut = (error: unknown): boolean => error instanceof FolderShutError || isMarked(error, 'mailboxMissing');

/** It is about everything that is asked of the server now: too much traffic, or a part of it that is down (RFC 5530). */
export function isForAll(error: unknown): boolean {
  const facts = factsOf(error);
  return facts.reply === 'UNAVAILABLE' || kindOf(error, facts) === 'limit';
}

/** A server may repeat what it was told. */
function withoutSecrets(text: string, { password }: Account): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const forms = [password, encodeURIComponent(password), Buffer.from(password).toString('base64')];
  // What looks like a token.
  const long = /[\w.~+/=-]{60,}/g;
  const clean = forms.reduce((left, form) => (form.length < 3 ? left : left.replaceAll(form, '…')), line.replace(long, '…'));
  return clean.slice(0, MAX_TEXT_CHARS).toWellFormed();
}
