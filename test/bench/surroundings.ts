import { DKIM_RECORD, SELECTOR } from '../../plugins/email/test/signed.ts';
import { startSpamd } from '../../plugins/spamassassin/test/spamd.ts';
import { startDns } from '../support/dns.ts';
import { SENDING } from './mails.ts';

/** What may stand in the way of mail beside the checks of its sender, by its name on the command line. */
export const EXTRAS = ['tls', 'spamd'] as const;
export type Extra = (typeof EXTRAS)[number];

/** What a product under load has around it. */
export interface Surroundings {
  /** For the product. */
  readonly env: Readonly<Record<string, string>>;
  /** Senders speak TLS before they say who they are. */
  readonly secure: boolean;
  readonly stop: () => Promise<void>;
}

export const KEY_NAME = `${SELECTOR}._domainkey.${SENDING.domain}`;

/** What the DNS says about the senders of our mails. */
export const SENDERS = {
  [SENDING.domain]: { txt: [`v=spf1 ip4:${SENDING.ip} -all`] },
  [`_dmarc.${SENDING.domain}`]: { txt: ['v=DMARC1; p=reject'] },
  [KEY_NAME]: { txt: [DKIM_RECORD] },
};

/**
 * A DNS that vouches for the senders of our mails, so that SPF, DKIM and DMARC of each are looked up and checked whole; and what else was
 * asked for. spamd is the real one with the few rules of its tests: what is measured is the way through it, not its two thousand patterns.
 */
export async function surroundings(extras: readonly Extra[]): Promise<Surroundings> {
  const dns = await startDns(SENDERS);
  const spamd = extras.includes('spamd') ? await startSpamd() : null;
  return {
    env: { CENTRALA_DNS_SERVERS: dns.server, ...(spamd ? { CENTRALA_SPAMD: spamd.path } : {}) },
    secure: extras.includes('tls'),
    stop: async () => {
      await spamd?.stop();
      await dns.stop();
    },
  };
}

/** The words of a bench command: a number of rounds, extras, and at most one other word, in any order. */
export function wordsOf(args: readonly string[], rounds: number): { rounds: number; extras: readonly Extra[]; other: string } {
  const extras = EXTRAS.filter((extra) => args.includes(extra));
  const others = args.filter((word) => !extras.some((extra) => extra === word));
  const number = others.find((word) => /^\d+$/.test(word));
  const [other = '', ...more] = others.filter((word) => word !== number);
  if (more.length > 0) throw new Error(`What does "${more.join(' ')}" mean? Extras are ${EXTRAS.join(' and ')}.`);
  return { rounds: Number(number ?? rounds), extras, other };
}

/** For the title of a table. */
export const inTheWay = (extras: readonly Extra[], inside = false): string =>
  [
    inside ? 'no sender to check' : 'SPF, DKIM and DMARC',
    ...(extras.includes('tls') ? ['STARTTLS'] : []),
    ...(extras.includes('spamd') ? ['spamd'] : []),
  ].join(', ');
