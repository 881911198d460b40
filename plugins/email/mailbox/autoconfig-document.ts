import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { Server } from './providers.ts';

/** What a document of autoconfiguration says of one address, as far as it can be used here. */
export interface Announcement {
  readonly imap: Server | null;
  readonly smtp: Server | null;
  /** Who logs in. */
  readonly login: string;
  /** It takes no password, only a log-in in the browser. */
  readonly isByTokens: boolean;
}

const MAX_SERVERS = 20;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  maxNestedTags: 12,
  isArray: (name, path) =>
    ['emailProvider', 'incomingServer', 'outgoingServer'].includes(name) || String(path).endsWith('Server.authentication'),
});

const text = z.string().trim().min(1).max(320);

const SERVER = z.object({
  '@type': text.toLowerCase(),
  hostname: text,
  port: z
    .string()
    .regex(/^\s*\d{1,5}\s*$/)
    .transform(Number)
    .pipe(z.number().min(1).max(65_535)),
  socketType: text.toLowerCase(),
  username: text.optional(),
  authentication: z.array(text.toLowerCase()).max(20).default([]),
});
type Announced = z.output<typeof SERVER>;

/** What does not fit is passed over: there may be others. */
const servers = z
  .array(z.unknown())
  .max(MAX_SERVERS)
  .default([])
  .transform((list) => list.flatMap((one) => SERVER.safeParse(one).data ?? []));

const DOCUMENT = z.object({
  clientConfig: z.object({
    emailProvider: z
      .array(z.object({ incomingServer: servers, outgoingServer: servers }))
      .min(1)
      .max(5),
  }),
});

/** Older documents say `plain` for a password that is sent as it is, inside the encryption. */
const BY_PASSWORD: readonly string[] = ['password-cleartext', 'plain'];
const SECURITIES: Readonly<Record<string, Server['security']>> = { ssl: 'tls', starttls: 'starttls' };

/** Reads version 1.1 of the format. Null: it is no such document, or names no server that could be used. */
export function readAutoconfig(xml: string, address: string): Announcement | null {
  // The format has no DTD; with it go entities, and everything outside.
  if (!/<clientConfig[\s>]/.test(xml.slice(0, 8192)) || /<!(?:DOCTYPE|ENTITY)/i.test(xml)) return null;
  const parsed = DOCUMENT.safeParse(tree(xml));
  const [provider] = parsed.data?.clientConfig.emailProvider ?? [];
  if (!provider) return null;
  const fill = filler(address);
  const imap = best(provider.incomingServer, 'imap', fill);
  const smtp = best(provider.outgoingServer, 'smtp', fill);
  if (imap === null && smtp === null) return null;
  const login = fill(imap?.said.username ?? smtp?.said.username ?? '') || address;
  return { imap: imap?.server ?? null, smtp: smtp?.server ?? null, login, isByTokens: imap !== null && !takesPassword(imap.said) };
}

function tree(xml: string): unknown {
  try {
    return parser.parse(xml, true);
  } catch {
    return null;
  }
}

type Fill = (text: string) => string;

/** The placeholders of the format. */
function filler(address: string): Fill {
  const at = address.lastIndexOf('@');
  const values: Readonly<Record<string, string>> = {
    EMAILADDRESS: address,
    EMAILLOCALPART: address.slice(0, at),
    EMAILDOMAIN: address.slice(at + 1),
  };
  return (said) => said.replace(/%([A-Z]+)%/g, (whole, name: string) => values[name] ?? whole);
}

/** The first in the order of the document that takes a password, encrypted; else the first that takes tokens. */
function best(list: readonly Announced[], type: string, fill: Fill): { readonly said: Announced; readonly server: Server } | null {
  const usable = list.flatMap((said) => {
    const server = said['@type'] === type ? serverOf(said, fill) : null;
    return server ? [{ said, server }] : [];
  });
  return usable.find(({ said }) => takesPassword(said)) ?? usable.find(({ said }) => said.authentication.includes('oauth2')) ?? null;
}

const takesPassword = ({ authentication }: Announced): boolean => authentication.some((way) => BY_PASSWORD.includes(way));

/** By a name: an IP address has no certificate, and a name without a dot is of our own network. */
function serverOf({ hostname, port, socketType }: Announced, fill: Fill): Server | null {
  const host = fill(hostname).toLowerCase();
  const security = Object.hasOwn(SECURITIES, socketType) ? SECURITIES[socketType] : undefined;
  const isName = host.length <= 253 && /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*\.[a-z][a-z\d-]*$/.test(host);
  return security && isName ? { host, port, security } : null;
}
