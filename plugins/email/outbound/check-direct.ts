import { domainOf } from '../../../core/lib/email-address.ts';
import type { CheckMeans, CheckResult } from '../../../core/plugins/contract.ts';
import { allowedServers } from './allowed.ts';
import { connectRelay } from './connection.ts';
import { mailServers } from './mx.ts';
import { failureOf } from './outcome.ts';
import { heloName, mxTarget } from './target.ts';

/** Each server has its time, so that one that is silent does not use up that of the others. */
const SERVER_MS = 6_000;

/**
 * Whether mail can leave without a relay: the DNS answers and port 25 of another machine is reached. The machine asked is the one that
 * takes mail for the inbox's own domain, so nobody is bothered.
 */
export async function checkDirect(address: string, signal: AbortSignal, { dns, server }: CheckMeans): Promise<CheckResult> {
  const found = await mailServers(dns, domainOf(address), allowedServers(server['mxAllow'] ?? ''));
  if (found.state === 'none') {
    const { note, reason } = found.outcome;
    // It takes its mail inside our own network, or takes none: that says nothing about others.
    if (note === 'private_mx' || note === 'null_mx') return { ok: true };
    return { ok: false, field: 'route', problem: note === 'dns_silent' ? 'direct_dns' : 'direct_domain', detail: reason };
  }
  const reasons: string[] = [];
  for (const one of found.servers.slice(0, 3)) {
    try {
      const target = mxTarget(one, 'opportunistic', heloName(server['hostname']));
      (await connectRelay(target, AbortSignal.any([signal, AbortSignal.timeout(SERVER_MS)]))).quit();
      return { ok: true };
    } catch (error) {
      const { reply, text } = failureOf(error);
      // Whoever answers is reached.
      if (reply !== null) return { ok: true };
      reasons.push(`${one.host} [${one.address}]:${one.port}: ${text}`);
    }
  }
  return { ok: false, field: 'route', problem: 'direct_port', detail: reasons.join('; ') };
}
