import { domainOf } from '../../../core/lib/email-address.ts';
import { AppError } from '../../../core/lib/errors.ts';
import type { ChannelHost, Inbox, OutboundMessage, SendResult } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { sameForAll } from './outcome.ts';
import type { Pools } from './pools.ts';
import { type Letter, tryServer } from './transaction.ts';

/** What sending needs of the host beside the network. */
export type Means = Pick<ChannelHost, 'signingKeys'>;
const NO_MEANS: Means = { signingKeys: async () => [] };

/**
 * Hands one message to the inbox's relay for the recipients that are to be tried now, in one SMTP transaction. Never rejects for what
 * the relay or the network does: that is in the results.
 */
export function sendMail(
  pools: Pools,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
  means: Means = NO_MEANS,
): Promise<readonly SendResult[]> {
  return pools.track(send(pools, message, inbox, signal, means));
}

async function send(
  pools: Pools,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
  means: Means,
): Promise<readonly SendResult[]> {
  const { relay } = inbox.settings;
  if (!relay) return deferred(message, 'This inbox has no relay to send through');
  const pool = pools.of(inbox.id, relay);
  return pool.limited(async () => {
    try {
      const keys = await means.signingKeys(domainOf(inbox.address));
      const letter: Letter = { message, inbox, keys, recipients: message.recipients };
      return (await tryServer(pool, letter, signal)).results;
    } catch (error) {
      // A key that cannot be read holds the mail back; nothing of it was sent.
      if (error instanceof AppError) return deferred(message, error.message);
      throw error;
    }
  });
}

const deferred = (message: OutboundMessage, reason: string): readonly SendResult[] =>
  sameForAll(message.recipients, { state: 'deferred', reason, status: null }, null);
