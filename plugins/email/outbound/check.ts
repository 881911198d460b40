import type { CheckMeans, CheckResult, Inbox } from '../../../core/plugins/contract.ts';
import { checkAccount } from '../mailbox/try-out.ts';
import type { EmailSettings } from '../settings.ts';
import { checkDirect } from './check-direct.ts';
import { connectRelay } from './connection.ts';
import { failureOf } from './outcome.ts';
import { type Relay, relayHost } from './relay.ts';
import { problemOf } from './relay-problem.ts';
import { withoutSecrets } from './secrets.ts';
import { heloName, relayTarget, type Target } from './target.ts';

/** Tries every way that mail of the inbox may take and names the field of the first that does not work. */
export async function checkRoute(inbox: Inbox<EmailSettings>, signal: AbortSignal, means: CheckMeans): Promise<CheckResult> {
  const { settings, address } = inbox;
  if (settings.route === 'mailbox') return checkAccount(inbox, signal, means);
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
