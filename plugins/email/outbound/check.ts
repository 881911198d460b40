import type { CheckMeans, CheckResult, Inbox } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { checkDirect } from './check-direct.ts';
import { connectRelay } from './connection.ts';
import { failureOf, type RelayFailure } from './outcome.ts';
import { type Relay, relayHost } from './relay.ts';
import { heloName, relayTarget, type Target } from './target.ts';

/** Tries every way that mail of the inbox may take and names the field of the first that does not work. */
export async function checkRoute(
  { settings, address }: Inbox<EmailSettings>,
  signal: AbortSignal,
  means: CheckMeans,
): Promise<CheckResult> {
  if (settings.route === 'direct') return checkDirect(address, signal, means);
  const helo = heloName(means.server['hostname']);
  const checked = (relay: Relay | null) => relay && relayTarget(relay, settings.checkCertificate, helo);
  const first = await checkRelay(checked(settings.relay), signal);
  if (!first.ok) return first;
  if (!settings.relay && settings.secondRelay) return { ok: false, field: 'relayUrl', problem: 'second_without_first', detail: null };
  const second = await checkRelay(checked(settings.secondRelay), signal);
  return second.ok ? second : { ...second, field: 'secondRelayUrl' };
}

/** Connects to the relay as sending would, TLS and log-in included, and says in words of the locales what is wrong. No relay is right too. */
export async function checkRelay(relay: Target | null, signal: AbortSignal): Promise<CheckResult> {
  if (relay === null) return { ok: true };
  try {
    (await connectRelay(relay, signal)).quit();
    return { ok: true };
  } catch (error) {
    const failure = failureOf(error);
    return {
      ok: false,
      field: 'relayUrl',
      problem: problemOf(failure, error),
      detail: `${relayHost(relay)}: ${withoutSecrets(failure.text, relay)}`,
    };
  }
}

function problemOf({ code, reply }: RelayFailure, error: unknown): string {
  const original = typeof error === 'object' && error !== null && 'originalCode' in error ? String(error.originalCode) : code;
  if (code === 'EOWN') return 'relay_is_centrala';
  if (code === 'EDNS' || original === 'ENOTFOUND' || original === 'EAI_AGAIN') return 'relay_not_found';
  if (code === 'EAUTH' || reply === 535) return 'relay_login';
  if (code === 'ETLS' || /CERT|SSL|TLS|SELF_SIGNED|VERIFY|ALTNAME/.test(original)) return 'relay_tls';
  if (original === 'ECONNREFUSED') return 'relay_refused';
  if (code === 'ETIMEDOUT' || original === 'ETIMEDOUT' || code === 'ABORT_ERR' || original === 'EHOSTUNREACH' || original === 'ENETUNREACH')
    return 'relay_timeout';
  return 'relay_failed';
}

/** A server may repeat what it was told. */
function withoutSecrets(text: string, { user, password }: Relay): string {
  let clean = text;
  for (const secret of [password, user]) {
    if (!secret) continue;
    for (const form of [secret, encodeURIComponent(secret), base64(secret), base64(`\0${user}\0${password}`)])
      clean = clean.replaceAll(form, '…');
  }
  return clean;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
