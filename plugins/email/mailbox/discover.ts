import type { Dns } from '../../../core/lib/dns.ts';
import { domainOf } from '../../../core/lib/email-address.ts';
import type { CheckMeans, Origin } from '../../../core/plugins/contract.ts';
import { autoconfigOf, type Found } from './autoconfig.ts';
import { type KnownProvider, PROVIDERS, type Preset, type Server, serversOf } from './providers.ts';

/**
 * Values of settings for an address at a provider (the key of a tile), and where they are from. What cannot be found out is absent. A
 * provider that is known needs no questions; else the domain is asked, in the DNS and for its document of autoconfiguration, which counts
 * first since its certificate proves it.
 */
export async function suggestSettings(provider: string, address: string, signal: AbortSignal, means: CheckMeans) {
  const { dns } = means;
  const domain = domainOf(address).toLowerCase();
  const exchanges = await mailExchanges(dns, domain);
  const tile = PROVIDERS.find(({ key }) => key === provider);
  const known = tile ?? providerOf(domain, exchanges);
  if (known) {
    const own = exchanges.find((exchange) => known.mx?.test(exchange)) ?? null;
    return valuesOf(address, { ...known, ...serversOf(known, own) }, tile ? null : { key: 'provider', where: domain });
  }
  const [document, announced] = await Promise.all([autoconfigOf(address, signal, means), announcedServers(dns, domain)]);
  const [imap, smtp] = [document?.imap ?? announced.imap, document?.smtp ?? announced.smtp];
  const guessed = imap && smtp ? null : await guessedServers(dns, domain, signal);
  const servers = { imap: imap ?? guessed?.imap ?? null, smtp: smtp ?? guessed?.smtp ?? null };
  const keepsSent = PROVIDERS.find((one) => one.imap !== null && one.imap.host === imap?.host)?.keepsSent ?? false;
  const found = valuesOf(address, { ...servers, login: 'address', keepsSent }, originOf(domain, document, imap));
  return document ? { ...found, login: document.login } : found;
}

function originOf(domain: string, document: Found | null, imap: Server | null): Origin {
  if (document?.imap) return { key: document.isByTokens ? 'tokens' : 'document', where: document.from };
  return { key: imap === null ? 'guessed' : 'announced', where: domain };
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

function valuesOf(address: string, { imap, smtp, login, keepsSent }: Preset, origin: Origin | null): Readonly<Record<string, unknown>> {
  return {
    route: 'mailbox',
    login: login === 'local' ? address.slice(0, address.lastIndexOf('@')) : address,
    ...(imap && { imapHost: imap.host, imapPort: String(imap.port), imapSecurity: imap.security }),
    ...(smtp && { smtpHost: smtp.host, smtpPort: String(smtp.port), smtpSecurity: smtp.security }),
    smtpAuth: true,
    appendSent: !keepsSent,
    markAnswered: true,
    ...(origin && imap && smtp && { foundBy: [origin.key, origin.where, imap.host, smtp.host].join(' ') }),
  };
}

const nameOf = (name: string): string => name.replace(/\.$/, '').toLowerCase();
