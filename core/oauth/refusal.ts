import { AppError } from '../lib/errors.ts';
import type { Problem } from './types.ts';

/** What a service answered in place of tokens, or that it did not. */
export class OAuthError extends AppError {
  readonly problem: Problem;
  /** As the service says it (RFC 6749 §5.2, RFC 8628 §3.5). */
  readonly said: string;
  /** One line for people, without secrets; null = nothing. */
  readonly detail: string | null;

  constructor(said: string, description: string, problem: Problem = problemOf(said, description)) {
    super('oauth', problem === 'unreachable' ? 503 : 422, `The service answered ${said}`);
    this.problem = problem;
    this.said = said;
    this.detail = oneLine([said, description].filter((part) => part !== '').join(': '));
  }
}

const MAX_DETAIL_CHARS = 300;

/** Codes of Microsoft: learn.microsoft.com/entra/identity-platform/reference-error-codes. */
const MICROSOFT: Readonly<Record<string, Problem>> = {
  AADSTS7000222: 'secret_expired',
  AADSTS7000215: 'secret',
  AADSTS7000218: 'public_client',
  AADSTS700025: 'public_client',
  AADSTS700016: 'client',
  AADSTS90002: 'client',
  AADSTS50011: 'redirect',
  AADSTS65001: 'consent',
  AADSTS65004: 'refused',
  AADSTS90094: 'consent',
  AADSTS70011: 'scope',
};

const STANDARD: Readonly<Record<string, Problem>> = {
  access_denied: 'refused',
  authorization_declined: 'refused',
  consent_required: 'consent',
  admin_policy_enforced: 'consent',
  org_internal: 'consent',
  expired_token: 'expired',
  code_expired: 'expired',
  bad_verification_code: 'expired',
  invalid_client: 'client',
  deleted_client: 'client',
  unauthorized_client: 'client',
  redirect_uri_mismatch: 'redirect',
  invalid_scope: 'scope',
  invalid_grant: 'code',
  server_error: 'unreachable',
  temporarily_unavailable: 'unreachable',
};

export function problemOf(said: string, description: string): Problem {
  const [code = ''] = /AADSTS\d+/.exec(description) ?? [];
  if (MICROSOFT[code]) return MICROSOFT[code];
  if (said === 'invalid_client' && /secret/i.test(description)) return 'secret';
  if (said === 'invalid_client' && description === 'Unauthorized') return 'secret';
  return (Object.hasOwn(STANDARD, said) && STANDARD[said]) || 'other';
}

/** What looks like a token or code is left out, should a service repeat one. */
const oneLine = (text: string): string | null =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\w.~+/=-]{60,}/g, '…')
    .trim()
    .slice(0, MAX_DETAIL_CHARS)
    .toWellFormed() || null;
