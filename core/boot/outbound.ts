import { type DeliveryWorker, startDeliveryWorker } from '../deliveries/worker.ts';
import { TemporaryError } from '../lib/errors.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

/** Starts sending what is queued, through the plugin of each message's inbox. */
export function startOutbound({ scope, blobs, log }: Foundation, { plugins, directory }: Channels, shutdown: Shutdown): DeliveryWorker {
  const worker = startDeliveryWorker({
    scope: { ...scope, actor: { kind: 'system', task: 'deliveries' } },
    blobs,
    log,
    send: async (inboxId, message, signal) => {
      const record = directory.record(inboxId);
      const inbox = directory.typed(inboxId);
      if (!record || !inbox || record.status !== 'open') throw new TemporaryError('The inbox is paused or its plugin is missing');
      return plugins.send(record.channel, inbox, message, signal);
    },
  });
  shutdown.add('outbound', () => worker.stop(), 12_000);
  return worker;
}
