import { Readable } from 'node:stream';
import type { DeliveryId, InboxId, MessageId } from '../../../core/lib/ids.ts';
import type { Inbox, OutboundAttachment, OutboundMessage, OutboundRecipient } from '../../../core/plugins/contract.ts';
import { type MemoryHostOptions, memoryHost } from '../../../test/support/channel-host.ts';
import { type Means, sendingMeans } from '../outbound/means.ts';
import { type EmailSettings, readEmailSettings } from '../settings.ts';

export const TOKEN = 'abcdefghijkmnpqrstuvwxyz23';

export function inboxOf(raw: Readonly<Record<string, unknown>> = {}): Inbox<EmailSettings> {
  return { id: 1 as InboxId, name: 'Sklep ACME', address: 'biuro@firma.test', settings: readEmailSettings(raw) };
}

export const relayTo = (port: number, credentials = ''): Inbox<EmailSettings> =>
  inboxOf({ relayUrl: `smtp://${credentials}127.0.0.1:${port}` });

export function recipient(
  deliveryId: number,
  address: string,
  kind: OutboundRecipient['kind'] = 'to',
  name: string | null = null,
): OutboundRecipient {
  return { deliveryId: deliveryId as DeliveryId, kind, address, name };
}

export function attachment(filename: string, contentType: string, content: string | Buffer): OutboundAttachment {
  const bytes = Buffer.from(content);
  return { filename, contentType, bytes: bytes.length, open: () => Readable.from([bytes]) };
}

/** A plain answer to one customer; the test says only what matters to it. */
export function outbound(changes: Partial<OutboundMessage> = {}): OutboundMessage {
  const recipients = changes.recipients ?? [recipient(1, 'anna@klient.test', 'to', 'Anna Żółć')];
  return {
    messageId: 1 as MessageId,
    externalId: `${TOKEN}@firma.test`,
    fromName: 'Jan Nowak, ACME',
    replyToken: TOKEN,
    recipients,
    to: recipients.filter(({ kind }) => kind === 'to').map(({ address, name }) => ({ address, name })),
    cc: recipients.filter(({ kind }) => kind === 'cc').map(({ address, name }) => ({ address, name })),
    subject: 'Re: Zażółć gęślą jaźń',
    text: 'Dzień dobry,\nprzesyłam odpowiedź.\n.\n..kropki\n',
    html: null,
    attachments: [],
    inReplyTo: 'question@klient.test',
    references: ['first@klient.test', 'question@klient.test'],
    writtenAt: new Date('2026-11-24T08:30:00Z'),
    automated: false,
    ...changes,
  };
}

/** What sending needs, without a DNS or keys unless given. */
export const meansFor = (options: MemoryHostOptions = {}): Means => sendingMeans(memoryHost(options));
