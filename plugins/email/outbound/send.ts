import { domainOf } from '../../../core/lib/email-address.ts';
import { AppError } from '../../../core/lib/errors.ts';
import type { Inbox, OutboundMessage, SendResult } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { sendDirect } from './direct.ts';
import type { Means } from './means.ts';
import { sameForAll } from './outcome.ts';
import { sendThroughRelays } from './through-relay.ts';
import type { Letter } from './transaction.ts';

/**
 * Sends one message for the recipients that are to be tried now, by the route of its inbox. Never rejects for what a server or the network
 * does: that is in the results.
 */
export function sendMail(
  means: Means,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
): Promise<readonly SendResult[]> {
  return means.pools.track(send(means, message, inbox, signal));
}

async function send(
  means: Means,
  message: OutboundMessage,
  inbox: Inbox<EmailSettings>,
  signal: AbortSignal,
): Promise<readonly SendResult[]> {
  const { route, relay } = inbox.settings;
  if (route === 'relay' && !relay) return deferred(message, 'This inbox has no relay to send through', 'no_relay');
  try {
    const keys = await means.signingKeys(domainOf(inbox.address));
    const letter: Letter = { message, inbox, keys, recipients: message.recipients };
    return await (route === 'direct' ? sendDirect(letter, signal, means) : sendThroughRelays(letter, signal, means));
  } catch (error) {
    // A key that cannot be read holds the mail back; nothing of it was sent.
    if (error instanceof AppError) return deferred(message, error.message, 'no_key');
    throw error;
  }
}

const deferred = (message: OutboundMessage, reason: string, note: string): readonly SendResult[] =>
  sameForAll(message.recipients, { state: 'deferred', reason, status: null, note }, null);
