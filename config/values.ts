import { isIP } from 'node:net';
import { z } from 'zod';

/** Decimal digits only: "0x50", "1e3" and "" are mistakes. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be a number from ${min} to ${max}`, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a number from ${min} to ${max}`);
/** 0 lets the system choose. */
export const port = wholeNumber(0, 65_535);

export const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, { error: `must be one of ${values.join(', ')}` });
export const bool = oneOf(['true', 'false']).transform((value) => value === 'true');

/** What a process can do; all of it, unless CENTRALA_ROLES says otherwise. */
export const ROLES = ['web', 'smtp', 'jobs', 'imap'] as const;
export type Role = (typeof ROLES)[number];
export const roles = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .pipe(z.array(oneOf(ROLES)).min(1))
  .transform((named): ReadonlySet<Role> => new Set(named));

export const folder = z.string().regex(/\S/, 'must be the path of a folder');

/** An address to listen on. */
export const host = z
  .string()
  .refine((text) => /^[\w.:-]+$/.test(text) && URL.canParse(`http://${reachableHost(text)}`), 'must be an IP address or a host name');

/** How a browser on this machine names the host we listen on. */
export function reachableHost(listening: string): string {
  if (listening === '0.0.0.0' || listening === '::') return 'localhost';
  return listening.includes(':') ? `[${listening}]` : listening;
}

/** As libpq writes it; the host may be missing when a socket is named behind the question mark. */
export const databaseUrl = z.string().refine((text) => {
  const url = text.replace(/@\//, '@localhost/');
  return /^postgres(ql)?:\/\/[^\s/]/.test(url) && URL.canParse(url) && !/%(?![0-9a-f]{2})/i.test(url);
}, 'must look like postgres://user:password@host:5432/database, with % in it written as %25');

/** `s3://bucket/prefix`; the prefix may be missing. Letters that need no writing in another way, in addresses and in signatures. */
export const bucketPlace = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w.-]+)*\/?$/, 'must look like s3://bucket/prefix')
  .transform((text) => {
    const [bucket = '', ...prefix] = text.slice('s3://'.length).replace(/\/$/, '').split('/');
    return { bucket, prefix: prefix.join('/') };
  });

/** Pages lie at the root of their host, so a path, a query or a name with a password would not be kept. Without a slash at the end. */
export const publicUrl = z
  .string()
  .refine(
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    },
    { error: 'must be an address without a path, such as https://centrala.example.com', abort: true },
  )
  .transform((text) => new URL(text).origin);

/** Of a server that is connected to. */
const isPort = (digits: string): boolean => Number(digits) > 0 && Number(digits) <= 65_535;

/** `ip` or `ip:port`, an IPv6 address with a port as `[ip]:port`. */
function isDnsServer(text: string): boolean {
  const [, bracketed, plain, digits = '53'] = /^(?:\[([^\]]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return isIP(text) !== 0 || (isPort(digits) && (isIP(bracketed ?? '') === 6 || isIP(plain ?? '') === 4));
}

export const dnsServers = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine((list) => list.every(isDnsServer), 'must be IP addresses separated by commas, each with :port if it is not 53');

/** Or one of the `words`; else a comma list of host:port, [address]:port and paths of sockets. */
const serviceHosts = (problem: string, words: readonly string[]) =>
  z.string().refine((text) => words.includes(text) || text.split(',').every(isService), problem);

/** Words that somebody meant for a switch: as names of hosts they lead nowhere, and nothing would be filtered or everything wait. */
const SWITCH = /^\s*(?:embed\w*|on|off|yes|no|none|true|false|[01])\s*$/i;

function isService(text: string): boolean {
  if (SWITCH.test(text)) return false;
  const [found, digits = '1'] = /^\s*(?:\/\S{1,106}|(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9._-]+)(?::(\d{1,5}))?)\s*$/.exec(text) ?? [];
  return found !== undefined && isPort(digits);
}

export const spamd = serviceHosts('must be embedded, off, a host and port such as 127.0.0.1:783, or the path of a socket', [
  'embedded',
  'off',
]);
/** We start none of our own. */
export const clamd = serviceHosts('must be off, a host and port such as 127.0.0.1:3310, or the path of a socket', ['off']);

/** `ip` or `ip/bits`, with `:port` for IPv4 when it is not the usual one. */
export const networks = z
  .string()
  .refine((text) => text.split(',').every((one) => isNetwork(one.trim())), 'must be networks such as 10.0.0.0/8, separated by commas');

function isNetwork(text: string): boolean {
  const [, plain, port = '25'] = /^([\d.]+(?:\/\d+)?):(\d{1,5})$/.exec(text) ?? [];
  const [, ip = '', bits = '0'] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(plain ?? text) ?? [];
  return isIP(ip) !== 0 && Number(bits) <= (isIP(ip) === 4 ? 32 : 128) && isPort(port);
}

/** An address where versions are told: https, or this machine. */
export const versionsUrl = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) && /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(text) && new URL(text).username === '',
    'must be an address that begins with https://',
  );

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';

/** `off`, `letsencrypt`, or the https address of another provider's directory. */
export const acme = z.string().transform((text, context) => {
  if (text === 'off') return 'off' as const;
  if (text === 'letsencrypt') return LETS_ENCRYPT;
  if (URL.canParse(text) && text.startsWith('https://')) return text;
  context.addIssue({ code: 'custom', message: 'must be off, letsencrypt or an address that begins with https://' });
  return z.NEVER;
});
