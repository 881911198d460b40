import type { DeliveryId, MessageId } from '../../core/lib/ids.ts';
import type { ChannelPlugin, OutboundMessage } from '../../core/plugins/contract.ts';
import type { ChannelPeer } from './peer.ts';

const TOKEN = 'abcdefghijkmnpqrstuvwxyz23';

/** A message that any channel can carry: to one person, short, plain, without attachments. */
export function outboundTo(plugin: ChannelPlugin, peer: Pick<ChannelPeer, 'address' | 'recipient'>): OutboundMessage {
  const person = { address: peer.recipient, name: null };
  return {
    messageId: 1 as MessageId,
    externalId: plugin.externalId(peer.address, TOKEN),
    fromName: 'Jan Nowak, ACME',
    replyToken: TOKEN,
    recipients: [{ deliveryId: 7 as DeliveryId, kind: 'to', ...person }],
    to: [person],
    cc: [],
    subject: plugin.manifest.traits.subject ? 'Zażółć gęślą jaźń' : null,
    text: 'Dzień dobry',
    html: null,
    attachments: [],
    inReplyTo: null,
    references: [],
    writtenAt: new Date('2026-11-24T09:00:00Z'),
    automated: false,
  };
}
