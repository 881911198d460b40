import { untaggedKey } from '../contacts/address.ts';
import { domainOf } from '../lib/email-address.ts';
import type { Endpoints } from '../messages/endpoint.ts';

/** Domains in which anybody has an address: whoever blocks one of them hides the mail of half his customers. */
const SHARED: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com aol.com proton.me protonmail.com gmx.com gmx.net gmx.de web.de t-online.de seznam.cz email.cz
   wp.pl o2.pl tlen.pl go2.pl prokonto.pl onet.pl onet.eu op.pl vp.pl poczta.onet.pl poczta.onet.eu interia.pl interia.eu interia.com poczta.fm intmail.pl adres.pl gazeta.pl int.pl pf.pl
   autograf.pl buziaczek.pl amorki.pl spoko.pl vip.onet.pl outlook.pl yahoo.pl hotmail.pl`.split(/\s+/),
);

/** What of a sender may be put on the list in passing, while looking at his mail. */
export interface Blockable {
  readonly sender: string | null;
  readonly domain: string | null;
}

/**
 * Spam likes to come from the very address that it goes to: what is ours is not offered, since the forms of our website and colleagues write from
 * there. Neither are domains that many share.
 */
export function blockable({ isOurs, isOurDomain }: Pick<Endpoints, 'isOurs' | 'isOurDomain'>, address: string): Blockable {
  if (!address.includes('@')) return { sender: null, domain: null };
  const domain = domainOf(address);
  return { sender: isOurs(untaggedKey(address)) ? null : address, domain: isOurDomain(domain) || SHARED.has(domain) ? null : domain };
}
