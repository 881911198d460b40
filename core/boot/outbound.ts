import { returnTokens } from '../deliveries/return-token.ts';
import { type DeliveryWorker, startDeliveryWorker } from '../deliveries/worker.ts';
import { TemporaryError } from '../lib/errors.ts';
import type { SendResult } from '../plugins/contract.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

/** Starts sending what is queued, through the plugin of each message's inbox. */
export function startOutbound(
  { scope, blobs, keyring, log }: Foundation,
  { plugins, directory }: Channels,
  shutdown: Shutdown,
): DeliveryWorker {
  const worker = startDeliveryWorker({
    scope: { ...scope, actor: { kind: 'system', task: 'deliveries' } },
    blobs,
    log,
    tokens: returnTokens(keyring),
    send: async (inboxId, message, signal) => {
      const record = directory.record(inboxId);
      const inbox = directory.typed(inboxId);
      if (!record || !inbox || record.status !== 'open') throw new TemporaryError('The inbox is paused or its plugin is missing');
      const results = await plugins.send(record.channel, inbox, message, signal);
      return results.map((result) => withNoteKey(record.channel, result));
    },
  });
  shutdown.add('outbound', () => worker.stop(), 12_000);
  return worker;
}

/** A plugin names a note by its own key; the delivery keeps where the text is found. */
function withNoteKey(channel: string, { deliveryId, outcome }: SendResult): SendResult {
  if (!('note' in outcome) || outcome.note === undefined) return { deliveryId, outcome };
  return { deliveryId, outcome: { ...outcome, note: `plugin.${channel}.notes.${outcome.note}` } };
}
