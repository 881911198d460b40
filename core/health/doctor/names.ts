import { isIP } from 'node:net';
import type { Dns } from '../../lib/dns.ts';
import { broken, type Finding, text, well, worthKnowing } from './finding.ts';
import { isLocal } from './machine.ts';

const MAX_DOMAINS = 10;

/** Whether the DNS answers, knows the public name, and says where mail for the domains of the inboxes goes. */
export async function nameFindings(dns: Dns, publicUrl: string, addresses: readonly string[]): Promise<readonly Finding[]> {
  dns.forget();
  const { hostname } = new URL(publicUrl);
  const isName = !isLocal(hostname) && isIP(hostname.replace(/[[\]]/g, '')) === 0;
  const domains = [...new Set(addresses.flatMap((address) => address.split('@')[1]?.toLowerCase() ?? []))].slice(0, MAX_DOMAINS);
  const lines = await Promise.all([...(isName ? [publicName(dns, hostname)] : []), ...domains.map((domain) => mailOf(dns, domain))]);
  if (lines.length > 0 && lines.every((line) => line === null))
    return [worthKnowing('DNS', text('health.dns.silent'), text('health.dns.silentAdvice'))];
  return lines.map((line) => line ?? worthKnowing('DNS', text('health.dns.late'), text('health.dns.silentAdvice')));
}

/** Null: the DNS did not answer. */
async function publicName(dns: Dns, name: string): Promise<Finding | null> {
  const answers = await Promise.all([dns.lookup(name, 'A'), dns.lookup(name, 'AAAA')]);
  const found = answers.flatMap((answer) => (answer.state === 'found' ? answer.records : []));
  const what = text('health.dns.name', { name });
  if (found.length > 0) return well(what, found.slice(0, 4).join(', '));
  if (answers.some(({ state }) => state === 'failed')) return null;
  return broken(what, text('health.dns.missing'), text('health.dns.nameAdvice'));
}

async function mailOf(dns: Dns, domain: string): Promise<Finding | null> {
  const answer = await dns.lookup(domain, 'MX');
  const what = text('health.dns.mail', { domain });
  if (answer.state === 'found')
    return well(
      what,
      answer.records
        .map(({ exchange }) => exchange)
        .slice(0, 4)
        .join(', '),
    );
  return answer.state === 'failed' ? null : worthKnowing(what, text('health.dns.noMail'), text('health.dns.mailAdvice'));
}
