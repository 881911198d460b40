import type { Dns } from '../../../core/lib/dns.ts';
import { domainOf } from '../../../core/lib/email-address.ts';
import type { CheckMeans } from '../../../core/plugins/contract.ts';
import { type KnownProvider, PROVIDERS, type Preset, type Server, serversOf } from './providers.ts';

/**
 * Values of settings for an address at a provider (the key of a tile). What cannot be found out is absent. Only the DNS is asked: a
 * document that strangers put on the web is not believed.
 */
export async function suggestSettings(provider: string, address: string, signal: AbortSignal, { dns }: CheckMeans) {
  const domain = domainOf(address).toLowerCase();
  const exchanges = await mailExchanges(dns, domain);
  const known = PROVIDERS.find(({ key }) => key === provider) ?? providerOf(domain, exchanges);
  if (known) {
    const own = exchanges.find((exchange) => known.mx?.test(exchange)) ?? null;
    return valuesOf(address, { ...known, ...serversOf(known, own) });
  }
  const announced = await announcedServers(dns, domain);
  const guessed = announced.imap && announced.smtp ? null : await guessedServers(dns, domain, signal);
  const imap = announced.imap ?? guessed?.imap ?? null;
  return valuesOf(address, { imap, smtp: announced.smtp ?? guessed?.smtp ?? null, login: 'address', keepsSent: false });
}

const providerOf = (domain: string, exchanges: readonly string[]): KnownProvider | undefined =>
  PROVIDERS.find(({ domains }) => domains.includes(domain)) ??
  PROVIDERS.find(({ mx }) => mx !== null && exchanges.some((exchange) => mx.test(exchange)));

async function mailExchanges(dns: Dns, domain: string): Promise<readonly string[]> {
  const answer = await dns.lookup(domain, 'MX');
  if (answer.state !== 'found') return [];
  return answer.records.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => nameOf(exchange));
}

/** What the domain itself says in the DNS (RFC 6186 §3, RFC 8314 §5.1); encrypted from the first byte wins. */
async function announcedServers(dns: Dns, domain: string): Promise<{ readonly imap: Server | null; readonly smtp: Server | null }> {
  const [imaps, imap, submissions, submission] = await Promise.all([
    service(dns, `_imaps._tcp.${domain}`, 'tls'),
    service(dns, `_imap._tcp.${domain}`, 'starttls'),
    service(dns, `_submissions._tcp.${domain}`, 'tls'),
    service(dns, `_submission._tcp.${domain}`, 'starttls'),
  ]);
  return { imap: imaps ?? imap, smtp: submissions ?? submission };
}

async function service(dns: Dns, name: string, security: Server['security']): Promise<Server | null> {
  const answer = await dns.lookup(name, 'SRV');
  if (answer.state !== 'found') return null;
  const [best] = answer.records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight);
  const host = nameOf(best?.name ?? '');
  // A target of "." says that there is no such service (RFC 2782).
  return best && host !== '' ? { host, port: best.port, security } : null;
}

/** Names that most servers have; the first of them that is there. */
async function guessedServers(
  dns: Dns,
  domain: string,
  signal: AbortSignal,
): Promise<{ readonly imap: Server | null; readonly smtp: Server | null }> {
  const [imap, smtp] = await Promise.all([
    firstThere(dns, ['imap', 'mail', 'poczta'], domain, signal),
    firstThere(dns, ['smtp', 'mail', 'poczta'], domain, signal),
  ]);
  const at = (host: string | null, port: number): Server | null => (host === null ? null : { host, port, security: 'tls' });
  return { imap: at(imap, 993), smtp: at(smtp, 465) };
}

async function firstThere(dns: Dns, labels: readonly string[], domain: string, signal: AbortSignal): Promise<string | null> {
  for (const label of labels) {
    if (signal.aborted) return null;
    const name = `${label}.${domain}`;
    const answers = await Promise.all([dns.lookup(name, 'A'), dns.lookup(name, 'AAAA')]);
    if (answers.some(({ state }) => state === 'found')) return name;
  }
  return null;
}

function valuesOf(address: string, { imap, smtp, login, keepsSent }: Preset): Readonly<Record<string, unknown>> {
  return {
    route: 'mailbox',
    login: login === 'local' ? address.slice(0, address.lastIndexOf('@')) : address,
    ...(imap && { imapHost: imap.host, imapPort: String(imap.port), imapSecurity: imap.security }),
    ...(smtp && { smtpHost: smtp.host, smtpPort: String(smtp.port), smtpSecurity: smtp.security }),
    smtpAuth: true,
    appendSent: !keepsSent,
    markAnswered: true,
  };
}

const nameOf = (name: string): string => name.replace(/\.$/, '').toLowerCase();
