import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { domainToASCII } from 'node:url';
import type { Dns } from '../../../core/lib/dns.ts';
import { domainOf } from '../../../core/lib/email-address.ts';
import type { CheckMeans } from '../../../core/plugins/contract.ts';
import { allowedServers } from '../outbound/allowed.ts';
import { isLoopback } from '../outbound/connection.ts';
import type { Announcement } from './autoconfig-document.ts';

/** All of it together: somebody waits for the form. Encrypted first; what is left of the time is for the rest. */
const TIME_LIMIT_MS = 3_000;
const ENCRYPTED_LIMIT_MS = 2_000;
const MAX_BYTES = 64 * 1024;
const MAX_REDIRECTS = 2;

export interface Found extends Announcement {
  /** The machine that gave the document. */
  readonly from: string;
}

type Ask = (url: URL, limit: AbortSignal) => Promise<string | null>;

/**
 * What a domain says of its servers in the document that mail programs read (wiki.mozilla.org/Thunderbird:Autoconfiguration,
 * draft-ietf-mailmaint-autoconfig). The address is told to the domain itself, encrypted, and to nobody else; a password to none. Without
 * encryption anybody on the way could write it, so it counts only as far as its servers are the domain's own, whose certificates prove
 * them. Never rejects; null: there is none, it is broken, or it names nothing that could be used.
 */
export async function autoconfigOf(address: string, signal: AbortSignal, means: Means): Promise<Found | null> {
  const domain = domainToASCII(domainOf(address)).toLowerCase();
  if (domain === '') return null;
  const ask: Ask = (url, limit) => {
    const both = AbortSignal.any([signal, limit]);
    return Promise.race([read(url, means, both, MAX_REDIRECTS).catch(() => null), ended(both)]);
  };
  const whole = AbortSignal.timeout(TIME_LIMIT_MS);
  const query = `emailaddress=${encodeURIComponent(address)}`;
  const encrypted = await firstOf(ask, AbortSignal.any([whole, AbortSignal.timeout(ENCRYPTED_LIMIT_MS)]), address, [
    `https://autoconfig.${domain}/mail/config-v1.1.xml?${query}`,
    `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml?${query}`,
  ]);
  if (encrypted) return encrypted;
  const open = await firstOf(ask, whole, address, [
    `http://autoconfig.${domain}/mail/config-v1.1.xml`,
    `http://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
  ]);
  const isOwn = (host: string): boolean => host.endsWith(`.${domain}`) || host === domain;
  return open && [open.imap, open.smtp].every((server) => server === null || isOwn(server.host)) ? open : null;
}

/** All are asked at once; the earlier one in the list wins. */
async function firstOf(ask: Ask, limit: AbortSignal, address: string, urls: readonly string[]): Promise<Found | null> {
  const answers = urls.filter((url) => URL.canParse(url)).map((url) => [new URL(url), ask(new URL(url), limit)] as const);
  // With a reader of XML that nothing else needs.
  const { readAutoconfig } = await import('./autoconfig-document.ts');
  for (const [url, answer] of answers) {
    const announced = readAutoconfig((await answer) ?? '', address);
    if (announced) return { ...announced, from: url.hostname };
  }
  return null;
}

function ended(signal: AbortSignal): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  if (signal.aborted) resolve(null);
  signal.addEventListener('abort', () => resolve(null), { once: true });
  return promise;
}

type Means = Pick<CheckMeans, 'dns' | 'server'>;

/** One document, from a machine of the public Internet or one that the operator named. Led on only from encrypted to encrypted. */
async function read(url: URL, { dns, server }: Means, signal: AbortSignal, redirects: number): Promise<string | null> {
  const isEncrypted = url.protocol === 'https:';
  const allowed = allowedServers(server['autoconfigAllow'] ?? '', isEncrypted ? 443 : 80);
  const place = (await addressesOf(dns, url.hostname)).map((ip) => ({ ip, port: allowed.portFor(ip) })).find(({ port }) => port !== null);
  if (!place || url.port !== '' || url.username !== '' || signal.aborted) return null;
  const answer = await get(url, place.ip, place.port ?? 0, signal);
  if (answer.location === null) return answer.text;
  const next = URL.canParse(answer.location, url) ? new URL(answer.location, url) : null;
  if (!isEncrypted || next?.protocol !== 'https:' || redirects === 0) return null;
  return read(next, { dns, server }, signal, redirects - 1);
}

async function addressesOf(dns: Dns, name: string): Promise<readonly string[]> {
  const [four, six] = await Promise.all([dns.lookup(name, 'A'), dns.lookup(name, 'AAAA')]);
  return [four, six].flatMap((answer) => (answer.state === 'found' ? answer.records : []));
}

interface Answer {
  /** Null: it is no document. */
  readonly text: string | null;
  readonly location: string | null;
}

/** Connects to the very address that was judged; the certificate is of the name, except on this very machine, where it proves nothing. */
function get(url: URL, ip: string, port: number, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { Host: url.hostname, Accept: 'application/xml, text/xml', 'User-Agent': 'Centrala' };
  const options = { host: ip, port, path: url.pathname + url.search, headers, agent: false, signal };
  const isEncrypted = url.protocol === 'https:';
  const request = isEncrypted
    ? requestHttps({ ...options, servername: url.hostname, rejectUnauthorized: !isLoopback(ip), minVersion: 'TLSv1.2' })
    : requestHttp(options);
  request.once('error', reject).once('response', (response) => {
    const { statusCode = 0, headers: said } = response;
    const end = (answer: Answer): void => {
      resolve(answer);
      request.destroy();
    };
    if (statusCode >= 300 && statusCode < 400) return end({ text: null, location: said.location ?? null });
    if (statusCode !== 200) return end({ text: null, location: null });
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) end({ text: null, location: null });
    });
    response.once('error', reject).once('end', () => end({ text: Buffer.concat(chunks).toString('utf8'), location: null }));
  });
  request.end();
  return promise;
}
