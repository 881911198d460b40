import { isIP } from 'node:net';
import { type Networks, parseNetworks } from '../../../core/lib/networks.ts';
import { unfold } from '../inbound/words.ts';

/** Who handed the mail to the first machine of ours. */
export interface OutsideSender {
  readonly ip: string;
  readonly helo: string;
}

/** Machines whose Received lines are believed, unless the administrator says otherwise: what runs on this machine. */
export const DEFAULT_TRUSTED_HOPS = '127.0.0.0/8, ::1';

/** Networks that no stranger's mail comes from directly (RFC 1918, 4193, 3927, 4291, 6598). */
const OWN = parseNetworks('127.0.0.0/8 ::1 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 100.64.0.0/10 fc00::/7 fe80::/10');
const MAX_HOPS = 10;
const MAX_LINE_BYTES = 8192;

/**
 * The machine outside that the mail came from: the connected one, or when that is a trusted one of ours, the one it wrote into its Received
 * line, and so on. Trusted are those of `trustedHops` in the envelope (a list of networks), else the default. Null when it was written inside (by a program, in an own network, after a log-in) or a machine of ours does not say.
 */
export function outsideSender(envelope: Readonly<Record<string, string>>, received: readonly Buffer[]): OutsideSender | null {
  const trusted = trustedIn(envelope['trustedHops'] ?? DEFAULT_TRUSTED_HOPS);
  let hop: OutsideSender | null = { ip: plainIp(envelope['remoteIp'] ?? ''), helo: envelope['helo'] ?? '' };
  for (const line of [null, ...received.slice(0, MAX_HOPS)]) {
    if (line !== null) hop = hopIn(line);
    if (hop === null || isIP(hop.ip) === 0) return null;
    const isOurs = trusted?.has(hop.ip) ?? false;
    if (!isOurs && !OWN?.has(hop.ip)) return hop;
    // Only what a trusted machine wrote is believed; the gateway of a container, say, may stand for anybody.
    if (!isOurs) return null;
  }
  return null;
}

let lastRead: { readonly text: string; readonly networks: Networks | null } | null = null;

/** All mail of an inbox comes with the same text, and a list of networks costs as much to make as the rest of this file together. */
function trustedIn(text: string): Networks | null {
  if (lastRead?.text !== text) lastRead = { text, networks: parseNetworks(text) };
  return lastRead.networks;
}

/** Without the IPv6 form of an IPv4 address and without a zone. */
const plainIp = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');

/**
 * Who connected, in one Received field (RFC 5321 §4.4): the last address literal of the comment behind `from`, which the receiving machine
 * writes itself; what the client called itself may be anything. Null without one, or when the client had logged in.
 */
function hopIn(line: Buffer): OutsideSender | null {
  const text = unfold(line.subarray(0, MAX_LINE_BYTES));
  if (/\bwith (?:UTF8)?E?SMTPS?A\b/i.test(text)) return null;
  const [, helo = '', rest = ''] = /^from\s+(\S+)([^;]*)/i.exec(text) ?? [];
  const comments = rest.split(/\sby\s/i, 1)[0] ?? '';
  const literals = Array.from(comments.matchAll(/(helo=\s*)?\[(?:IPv6:)?([0-9a-f.:]{2,45})\]/gi));
  const ip = plainIp(literals.findLast(([, claim]) => claim === undefined)?.[2] ?? bareLiteral(helo, comments));
  return { ip, helo: heloIn(comments) ?? helo };
}

/** Exim writes `from [192.0.2.1] (helo=name)` for a client without a name. */
const bareLiteral = (helo: string, comments: string): string =>
  comments.trim().startsWith('(') ? (/^\[(?:IPv6:)?([0-9a-f.:]+)\]$/i.exec(helo)?.[1] ?? '') : '';

const heloIn = (comments: string): string | null => /\bhelo=([^\s()[\]]{1,255})/i.exec(comments)?.[1] ?? null;
