import type { RelayFailure } from './outcome.ts';

/** Why a relay cannot be used, as a key under `problems.`. */
export function problemOf({ code, reply }: RelayFailure, error: unknown): string {
  const original = typeof error === 'object' && error !== null && 'originalCode' in error ? String(error.originalCode) : code;
  if (code === 'EOWN') return 'relay_is_centrala';
  if (code === 'EDNS' || original === 'ENOTFOUND' || original === 'EAI_AGAIN') return 'relay_not_found';
  if (code === 'EAUTH' || reply === 535 || reply === 530) return 'relay_login';
  if (code === 'ETLS' || /CERT|SSL|TLS|SELF_SIGNED|VERIFY|ALTNAME/.test(original)) return 'relay_tls';
  if (original === 'ECONNREFUSED') return 'relay_refused';
  if (code === 'ETIMEDOUT' || original === 'ETIMEDOUT' || code === 'ABORT_ERR' || original === 'EHOSTUNREACH' || original === 'ENETUNREACH')
    return 'relay_timeout';
  return 'relay_failed';
}
