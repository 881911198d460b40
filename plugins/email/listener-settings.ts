import { z } from 'zod';
import { InvalidError } from '../../core/lib/errors.ts';
import { parseNetworks } from '../../core/lib/networks.ts';
import type { SettingField } from '../../core/plugins/contract.ts';
import { DEFAULT_TRUSTED_HOPS } from './authentication/hops.ts';

export const BARE_NEWLINES = ['refuse', 'accept'] as const;

/** What an administrator says about the SMTP listener as a whole. */
export interface ListenerSettings {
  /** Networks of our own machines: no limits for each address, patience with clumsy programs. */
  readonly ownNetworks: string;
  /** Networks of mail servers of ours whose Received lines say who sent the mail. */
  readonly trustedHops: string;
  /** Networks of proxies that tell whose connection it is (PROXY protocol); every connection from them must. */
  readonly proxies: string;
  readonly maxConnectionsPerClient: number;
  readonly maxNewPerMinute: number;
  /** What to do with a mail from a stranger whose lines do not all end in CR LF. */
  readonly bareNewlines: (typeof BARE_NEWLINES)[number];
  /** Strangers unknown so far are asked to come again in five minutes. */
  readonly greylisting: boolean;
  /** Zones of DNS lists whose entries are refused (RFC 5782). */
  readonly dnsLists: readonly string[];
}

const ZONE = /^(?=.{1,200}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))+$/;
const OWN = '127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10';

export const LISTENER_FIELDS: readonly SettingField[] = [
  { key: 'ownNetworks', type: 'text', required: false, default: OWN },
  { key: 'trustedHops', type: 'text', required: false, default: DEFAULT_TRUSTED_HOPS },
  { key: 'maxConnectionsPerClient', type: 'text', required: true, default: '50' },
  { key: 'maxNewPerMinute', type: 'text', required: true, default: '100' },
  { key: 'bareNewlines', type: 'choice', required: true, choices: BARE_NEWLINES, default: 'refuse' },
  { key: 'greylisting', type: 'switch', required: false, default: false },
  { key: 'dnsLists', type: 'text', required: false, default: '' },
  { key: 'proxies', type: 'text', required: false, default: '' },
];

const networks = z
  .string('networks')
  .max(5000, 'networks')
  .refine((text) => parseNetworks(text) !== null, 'networks');
const zones = z
  .string('dns_lists')
  .max(1000, 'dns_lists')
  .transform((text) =>
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  )
  .refine((list) => list.length <= 10 && list.every((zone) => ZONE.test(zone)), 'dns_lists');
const count = (min: number, max: number) =>
  z
    .string('count')
    .regex(/^\d{1,6}$/, { error: 'count', abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, 'count');

const SCHEMA = z.object({
  ownNetworks: networks.prefault(OWN),
  trustedHops: networks.prefault(DEFAULT_TRUSTED_HOPS),
  proxies: networks.prefault(''),
  maxConnectionsPerClient: count(1, 10_000).prefault('50'),
  maxNewPerMinute: count(1, 100_000).prefault('100'),
  greylisting: z.boolean('greylisting').default(false),
  dnsLists: zones.prefault(''),
  bareNewlines: z.enum(BARE_NEWLINES, 'bare_newlines').default('refuse'),
});

/** Types stored or posted values. Throws InvalidError whose fields hold keys under `problems.`. */
export function readListenerSettings(raw: Readonly<Record<string, unknown>>): ListenerSettings {
  const parsed = SCHEMA.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new InvalidError(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
}
