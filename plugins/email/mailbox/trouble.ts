import { failureOf } from '../outbound/outcome.ts';
import { problemOf } from '../outbound/relay-problem.ts';
import { withoutSecrets } from '../outbound/secrets.ts';
import { type ImapFailureKind, imapFailureOf } from './imap-failure.ts';
import { PROVIDERS } from './providers.ts';
import { type Mailbox, relayOf } from './settings.ts';
import { isTokenError, tokenProblem } from './token-error.ts';

/** What is wrong with an account: the field to look at, a problem of the locales, and what was said. */
export interface Trouble {
  readonly field: string | null;
  readonly problem: string;
  readonly detail: string | null;
}

const FIELDS: Readonly<Partial<Record<ImapFailureKind, string>>> = {
  dns: 'imapHost',
  refused: 'imapPort',
  timeout: 'imapPort',
  unreachable: 'imapHost',
  tls_certificate: 'imapHost',
  tls: 'imapSecurity',
  in_clear: 'imapSecurity',
  login: 'password',
};

/** `isLogin`: it came as far as the log-in, whose answer this is. */
export function imapTrouble(error: unknown, mailbox: Mailbox): Trouble & { readonly isLogin: boolean } {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { field: 'imapPort', problem: 'account_timeout', detail: null, isLogin: false };
  const { kind, text } = imapFailureOf(error, mailbox);
  if (isTokenError(error)) return { field: null, problem: tokenProblem(error), detail: text, isLogin: true };
  const isLogin = kind === 'login' || kind === 'limit' || kind === 'unavailable';
  const problem = kind === 'login' ? loginProblem(mailbox) : kind === 'tls_certificate' ? certificateProblem(error) : `account_${kind}`;
  return { field: FIELDS[kind] ?? null, problem, detail: text, isLogin };
}

/** Before a word was spoken. */
export function reachTrouble(error: unknown, fields: { readonly host: string; readonly port: string }): Trouble {
  const code = codeOf(error);
  const detail = error instanceof Error ? error.message : null;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return { field: fields.host, problem: 'account_dns', detail };
  if (code === 'ECONNREFUSED') return { field: fields.port, problem: 'account_refused', detail };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return { field: fields.host, problem: 'account_unreachable', detail };
  return { field: fields.port, problem: 'account_timeout', detail };
}

export function smtpTrouble(error: unknown, mailbox: Mailbox): Trouble {
  if (isTokenError(error)) return { field: null, problem: tokenProblem(error), detail: error.message };
  const failure = failureOf(error);
  const detail = withoutSecrets(failure.text, relayOf(mailbox));
  if (failure.isTls) return { field: 'smtpSecurity', problem: failure.code === 'ETLS' ? 'account_tls' : certificateProblem(error), detail };
  const problem = problemOf(failure, error);
  if (problem === 'relay_login') return { field: 'password', problem: loginProblem(mailbox), detail };
  return { field: problem === 'relay_is_centrala' ? 'smtpHost' : 'smtpPort', problem, detail };
}

/** A provider's own reason why the right password is not accepted. */
function loginProblem({ imapHost, grant }: Mailbox): string {
  if (grant !== '') return 'account_login_token';
  const provider = PROVIDERS.find(({ imap }) => imap?.host === imapHost)?.key;
  if (provider === 'gmail') return 'account_login_gmail';
  if (provider === 'outlook' || provider === 'office365') return 'account_login_microsoft';
  return provider === 'wp' || provider === 'onet' || provider === 'o2' || provider === 'interia' ? 'account_login_portal' : 'account_login';
}

function certificateProblem(error: unknown): string {
  const text = `${codeOf(error)} ${error instanceof Error ? error.message : ''}`;
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|has expired/i.test(text)) return 'account_certificate_expired';
  if (/ALTNAME|does not match/i.test(text)) return 'account_certificate_name';
  return /SELF_SIGNED|UNABLE_TO|self.signed|unable to verify|\bCERT\b|CERT_/i.test(text) ? 'account_certificate_unknown' : 'account_tls';
}

const codeOf = (error: unknown): string => {
  const fields: Readonly<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  return String(fields['originalCode'] ?? fields['code'] ?? '');
};
