import type { LogIn, Provider } from '../../../core/plugins/contract.ts';
import type { Security } from './settings.ts';

/** One of the account's two servers. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
}

/** What is known of an account at a provider. */
export interface Preset {
  /** Null: each customer has a server of his own, see `servers`. */
  readonly imap: Server | null;
  readonly smtp: Server | null;
  /** Who logs in: the whole address, or what stands before its @. */
  readonly login: 'address' | 'local';
  /** What leaves through its SMTP server appears among the sent mail by itself. */
  readonly keepsSent: boolean;
}

export interface KnownProvider extends Provider, Preset {
  /** Domains of its own addresses. */
  readonly domains: readonly string[];
  /** MX targets of companies that keep their domain there. */
  readonly mx: RegExp | null;
}

const tls = (host: string, port: number): Server => ({ host, port, security: 'tls' });
/** developers.google.com/workspace/gmail/imap/xoauth2-protocol. */
const GOOGLE: LogIn = { service: 'google', scopes: ['https://mail.google.com/'] };
/** learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth. */
const MICROSOFT: LogIn = {
  service: 'microsoft',
  scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send', 'offline_access'],
};

const starttls = (host: string, port: number): Server => ({ host, port, security: 'starttls' });

/** In the order of the tiles. Beside each: where its values are from; ISPDB = github.com/thunderbird/autoconfig. */
export const PROVIDERS: readonly KnownProvider[] = [
  {
    // support.google.com/mail/answer/7126229; an app password: support.google.com/accounts/answer/185833.
    key: 'gmail',
    icon: 'brand-gmail',
    logIn: GOOGLE,
    imap: tls('imap.gmail.com', 993),
    smtp: tls('smtp.gmail.com', 465),
    login: 'address',
    keepsSent: true,
    domains: ['gmail.com', 'googlemail.com'],
    mx: /(^|\.)(google|googlemail)\.com$/,
  },
  {
    // support.microsoft.com "POP, IMAP, and SMTP settings for Outlook.com"; no passwords since 2024-09-16, ibid.
    key: 'outlook',
    icon: 'brand-windows',
    logIn: MICROSOFT,
    imap: tls('outlook.office365.com', 993),
    smtp: starttls('smtp-mail.outlook.com', 587),
    login: 'address',
    keepsSent: true,
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    mx: null,
  },
  {
    // learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4 and …/authenticated-client-smtp-submission.
    key: 'office365',
    icon: 'brand-office',
    logIn: MICROSOFT,
    imap: tls('outlook.office365.com', 993),
    smtp: starttls('smtp.office365.com', 587),
    login: 'address',
    keepsSent: true,
    domains: [],
    mx: /(^|\.)(mail\.protection\.outlook\.com|mx\.microsoft)$/,
  },
  {
    // ISPDB wp.pl.
    key: 'wp',
    icon: 'mail',
    imap: tls('imap.wp.pl', 993),
    smtp: tls('smtp.wp.pl', 465),
    login: 'local',
    keepsSent: false,
    domains: ['wp.pl'],
    mx: null,
  },
  {
    // ISPDB onet.pl.
    key: 'onet',
    icon: 'mail',
    imap: tls('imap.poczta.onet.pl', 993),
    smtp: tls('smtp.poczta.onet.pl', 465),
    login: 'address',
    keepsSent: false,
    domains: [
      ...['onet.pl', 'onet.eu', 'poczta.onet.pl', 'poczta.onet.eu', 'op.pl', 'vp.pl', 'autograf.pl', 'buziaczek.pl', 'amorki.pl'],
      ...['republika.pl', 'adres.pl', 'cyberia.pl', 'onet.com.pl', 'opoczta.pl', 'pseudonim.pl', 'spoko.pl', 'vip.onet.pl'],
    ],
    mx: null,
  },
  {
    // What o2 writes to new customers: the whole address, poczta.o2.pl, 993 and 465.
    key: 'o2',
    icon: 'mail',
    imap: tls('poczta.o2.pl', 993),
    smtp: tls('poczta.o2.pl', 465),
    login: 'address',
    keepsSent: false,
    domains: ['o2.pl', 'tlen.pl', 'go2.pl', 'prokonto.pl'],
    mx: null,
  },
  {
    // pomoc.poczta.interia.pl, "Konfiguracja programów pocztowych".
    key: 'interia',
    icon: 'mail',
    imap: tls('poczta.interia.pl', 993),
    smtp: tls('poczta.interia.pl', 465),
    login: 'address',
    keepsSent: false,
    domains: ['interia.pl', 'interia.eu', 'interia.com', 'intmail.pl', 'poczta.fm', 'vip.interia.pl', 'adresik.net'],
    mx: null,
  },
  {
    // Each customer's server is serwerNNN.home.pl (panel: Poczta, Opcje, Serwery pocztowe), which is the MX of his domain too.
    key: 'homepl',
    icon: 'home',
    imap: null,
    smtp: null,
    login: 'address',
    keepsSent: false,
    domains: [],
    mx: /^serwer\d+\.home\.pl$/,
  },
  {
    // No document of nazwa.pl could be read here: these are the names that programs of its customers use. The try-out proves them.
    key: 'nazwapl',
    icon: 'server',
    imap: tls('imap.nazwa.pl', 993),
    smtp: tls('smtp.nazwa.pl', 465),
    login: 'address',
    keepsSent: false,
    domains: [],
    mx: /(^|\.)nazwa\.pl$/,
  },
  {
    // github.com/ovh/docs, "MX Plan": ssl0.ovh.net; of E-mail Pro and Exchange the MX is the server itself, see `servers`.
    key: 'ovh',
    icon: 'cloud',
    imap: tls('ssl0.ovh.net', 993),
    smtp: tls('ssl0.ovh.net', 465),
    login: 'address',
    keepsSent: false,
    domains: [],
    mx: /(^|\.)ovh\.(net|ca)$/,
  },
];

/** The tile for everybody else. */
export const OTHER: Provider = { key: 'other', icon: 'dots' };

/** Both servers of an address there, whose domain's mail goes to `exchange`: where each customer has his own, that is it. */
export function serversOf(provider: KnownProvider, exchange: string | null): Pick<Preset, 'imap' | 'smtp'> {
  const own = exchange !== null && OWN_SERVER.test(exchange) && (provider.mx?.test(exchange) ?? false) ? exchange : null;
  if (own === null) return { imap: provider.imap, smtp: provider.smtp };
  return { imap: tls(own, 993), smtp: provider.key === 'ovh' ? starttls(own, 587) : tls(own, 465) };
}

/** E-mail Pro and Exchange of OVH (ISPDB and github.com/ovh/docs: 993, and 587 with STARTTLS), home.pl. */
const OWN_SERVER = /^((pro|ex)\d*\.mail\.ovh\.(net|ca)|serwer\d+\.home\.pl)$/;
