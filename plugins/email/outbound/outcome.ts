import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { OutboundRecipient, SendOutcome, SendResult } from '../../../core/plugins/contract.ts';
import { isTlsFailure } from './tls-failure.ts';

/** What nodemailer says of a failure, read without trusting its type. */
export interface RelayFailure {
  /** ECONNECTION, ETIMEDOUT, EDNS, EAUTH, ETLS, EENVELOPE, EMESSAGE … */
  readonly code: string;
  /** SMTP reply code, or null when there was no reply. */
  readonly reply: number | null;
  readonly text: string;
  readonly recipient: string | null;
  /** The answered one: CONN, EHLO, AUTH …, MAIL FROM, RCPT TO, DATA (the mail itself, too); API = nothing was said yet; or null. */
  readonly command: string | null;
  /** No TLS, or a certificate that is not right. */
  readonly isTls: boolean;
}

const MAX_REASON_CHARS = 500;
const GREYLIST_MS = 5 * 60_000;

export function failureOf(error: unknown): RelayFailure {
  const fields: Readonly<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  const response = typeof fields['response'] === 'string' ? fields['response'] : '';
  const message = error instanceof Error ? error.message : String(error);
  const code = typeof fields['code'] === 'string' ? fields['code'] : 'UNKNOWN';
  const original = typeof fields['originalCode'] === 'string' ? fields['originalCode'] : code;
  return {
    code,
    isTls: isTlsFailure(code, message) || isTlsFailure(original, message),
    reply: typeof fields['responseCode'] === 'number' ? fields['responseCode'] : null,
    text: oneLine(response || message),
    recipient: typeof fields['recipient'] === 'string' ? fields['recipient'] : null,
    command: typeof fields['command'] === 'string' ? fields['command'] : null,
  };
}

/**
 * Nothing left our side in full, so nothing can have been taken. Final are a 5xx (but not to our log-in or its lack, which an administrator can
 * put right) and an address that cannot be written in an envelope; everything else may be tried again, such as an answer that is no SMTP reply.
 */
export function beforeTheEnd(failure: RelayFailure): SendOutcome {
  const { reply, code, text, command } = failure;
  const status = enhancedStatus(text, reply);
  const isLogin = code === 'EAUTH' || isLogInWanted(failure);
  const refused = reply === null ? code === 'EENVELOPE' && command === 'API' : reply >= 500 && !isLogin;
  if (isTooLarge(failure)) return { state: 'refused', reason: text, status: status ?? '5.3.4' };
  if (refused) return { state: 'refused', reason: text, status };
  if (reply !== null && isGreylisting(text)) return { state: 'deferred', reason: text, status, note: 'greylisted', retryInMs: GREYLIST_MS };
  const note = isLogin || code === 'login_again' || code === 'oauth_client' ? 'relay_login' : failure.isTls ? 'tls_failed' : null;
  return { state: 'deferred', reason: text, status, ...(note === null ? {} : { note }) };
}

/** The library compares with what the server said of itself (RFC 1870 §6.1). */
const isTooLarge = ({ code, command }: RelayFailure): boolean => code === 'EMESSAGE' && command === 'MAIL FROM';

/** Before anybody's mail is taken the server wants a log-in or encryption (RFC 4954 §6, RFC 3207 §4). */
export const isLogInWanted = ({ reply, command }: RelayFailure): boolean => reply === 530 && command === 'MAIL FROM';

/** The whole message was handed over: only a reply to it tells what became of it; 421 is one to anything (RFC 5321 §3.8). */
export function afterTheEnd(failure: RelayFailure): SendOutcome {
  const isAnswered = failure.reply === 421 || (failure.reply !== null && failure.code === 'EMESSAGE');
  if (!isAnswered) return { state: 'unknown', reason: failure.text };
  return beforeTheEnd(failure);
}

/** A refusal before there was a recipient, or of a letter to several, is no word about any address, though its status may sound like one. */
export function saidOfAll(outcome: SendOutcome, { command }: RelayFailure, recipients: readonly OutboundRecipient[]): SendOutcome {
  const isAboutOne = command === 'DATA' && recipients.length === 1;
  return outcome.state === 'refused' && !isAboutOne ? { ...outcome, aboutRecipient: false } : outcome;
}

/** The relay answered for everyone: who is not among the rejected was accepted. */
export function resultsOf(recipients: readonly OutboundRecipient[], info: SMTPConnectionSendInfo): readonly SendResult[] {
  const rejected = rejections(info.rejectedErrors, recipients);
  const reply = oneLine(info.response);
  return recipients.map(({ deliveryId, address }) => ({
    deliveryId,
    outcome: rejected.get(address) ?? { state: 'accepted', reply },
  }));
}

/** The same outcome for everyone, except those whom the relay had refused before: `refusals` holds nodemailer's `rejectedErrors`, or nothing. */
export function sameForAll(recipients: readonly OutboundRecipient[], outcome: SendOutcome, refusals: unknown): readonly SendResult[] {
  const errors = typeof refusals === 'object' && refusals !== null && 'rejectedErrors' in refusals ? refusals.rejectedErrors : null;
  const rejected = rejections(Array.isArray(errors) ? errors : [], recipients);
  return recipients.map(({ deliveryId, address }) => ({ deliveryId, outcome: rejected.get(address) ?? outcome }));
}

function rejections(errors: readonly unknown[] | undefined, recipients: readonly OutboundRecipient[]): ReadonlyMap<string, SendOutcome> {
  const failures = (errors ?? []).map(failureOf);
  const isSomeoneTaken = failures.length < recipients.length;
  return new Map(failures.map((one) => [one.recipient ?? '', isSomeoneTaken && isOneTooMany(one) ? putOff(one) : beforeTheEnd(one)]));
}

/** More than the server takes in one transaction: the others are in the next. Some say it with 552 or 550 instead of 452 (RFC 5321 §4.5.3.1.10). */
const isOneTooMany = ({ text }: RelayFailure): boolean => /\b5\.5\.3\b|\btoo many recipients\b/i.test(text);
const putOff = ({ text }: RelayFailure): SendOutcome => ({ state: 'deferred', reason: text, status: '4.5.3' });

/**
 * "5.1.1" behind the reply code of any line of the reply (RFC 2034), or null. A status of another class than the reply is a mistake of the
 * server's: the reply counts (RFC 3463 §2).
 */
export function enhancedStatus(text: string, reply: number | null): string | null {
  const codes = text.matchAll(/(?<![\d.])([245])\d\d[ -]([245]\.\d{1,3}\.\d{1,3})(?![\d.])/g);
  for (const [, digit, status = ''] of codes) if (status[0] === digit && (reply === null || String(reply)[0] === digit)) return status;
  return null;
}

/** A server that puts every stranger off once (RFC 6647); most let him in after five minutes. */
const isGreylisting = (text: string): boolean => /gr[ae]y-?list|gr[ae]y list/i.test(text);

const oneLine = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_REASON_CHARS)
    .toWellFormed();
