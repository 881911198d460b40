const SHARED: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com aol.com proton.me
   protonmail.com gmx.com gmx.net gmx.de web.de t-online.de seznam.cz email.cz wp.pl o2.pl tlen.pl go2.pl prokonto.pl onet.pl onet.eu
   op.pl vp.pl poczta.onet.pl poczta.onet.eu interia.pl interia.eu interia.com poczta.fm intmail.pl adres.pl gazeta.pl int.pl pf.pl
   autograf.pl buziaczek.pl amorki.pl spoko.pl vip.onet.pl outlook.pl yahoo.pl hotmail.pl vip.interia.pl adresik.net
   republika.pl cyberia.pl onet.com.pl opoczta.pl pseudonim.pl`.split(/\s+/),
);

/** Whether anybody may have an address in this domain: it belongs to a provider, and says nothing of whoever writes from it. */
export const isSharedDomain = (domain: string): boolean => SHARED.has(domain);
