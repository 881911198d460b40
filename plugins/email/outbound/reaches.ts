import type { Reach } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';

/** While somebody connects a mailbox: documents of its domain, and servers that are tried out before anything is stored. */
const WHILE_CONNECTING: readonly Reach[] = [
  ...[443, 80].map((port) => ({ purpose: 'finding', host: '*', port, isJudged: true }) as const),
  ...[993, 143, 465, 587].map((port) => ({ purpose: 'finding', host: '*', port }) as const),
];

/** Where an inbox sends through and fetches from. */
export function reachesOf(settings: EmailSettings | null): readonly Reach[] {
  if (settings === null) return WHILE_CONNECTING;
  const { route, relay, secondRelay, mailbox } = settings;
  if (route === 'direct') return [{ purpose: 'direct', host: '*', port: 25 }];
  const relays = [relay, secondRelay].flatMap((one) => (one ? [{ purpose: 'sending', host: one.host, port: one.port } as const] : []));
  return mailbox === null ? relays : [...relays, { purpose: 'fetching', host: mailbox.imapHost, port: mailbox.imapPort }];
}
