import { z } from 'zod';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { TemporaryError } from '../lib/errors.ts';
import type { DeliveryId, MessageId } from '../lib/ids.ts';
import { type Keyring, randomToken } from '../lib/secrets.ts';
import type { ChannelPlugin, Inbox } from '../plugins/contract.ts';
import type { Plugins } from '../plugins/host.ts';
import { SEAL } from './queue.ts';

const MAIL = z.object({
  to: z.object({ address: z.string(), name: z.string().nullable() }),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
});

export interface MailSenderDeps {
  readonly plugins: Pick<Plugins, 'channel' | 'send'>;
  readonly directory: InboxDirectory;
  readonly keyring: Keyring;
}

interface Sender {
  readonly channel: string;
  readonly plugin: ChannelPlugin;
  readonly inbox: Inbox<unknown>;
}

/** The first open inbox with an e-mail address that can send; null when there is none. */
export function systemSender({ plugins, directory }: Pick<MailSenderDeps, 'plugins' | 'directory'>): Sender | null {
  for (const record of directory.all()) {
    const plugin = plugins.channel(record.channel);
    const inbox = directory.typed(record.id);
    const writesMail = plugin?.manifest.traits.addressKind === 'email' && record.status === 'open';
    if (plugin && inbox && writesMail && plugin.canSend(inbox.settings)) return { channel: record.channel, plugin, inbox };
  }
  return null;
}

/** Sends a queued system mail. Raises when it was not accepted, so that the job is tried again. */
export function systemMailHandler(deps: MailSenderDeps): JobHandler {
  return async (scope, job, signal) => {
    const mail = MAIL.parse(JSON.parse(deps.keyring.decrypt(SEAL, String(job.data['sealed']))));
    const sender = systemSender(deps);
    if (!sender) throw new TemporaryError('No inbox can send mail now');
    const deliveryId = job.id as DeliveryId;
    const message = {
      messageId: job.id as MessageId,
      externalId: sender.plugin.externalId(sender.inbox.address, randomToken()),
      fromName: sender.inbox.name,
      replyToken: null,
      recipients: [{ deliveryId, kind: 'to' as const, ...mail.to }],
      to: [mail.to],
      cc: [],
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      attachments: [],
      inReplyTo: null,
      references: [],
      writtenAt: scope.now(),
      automated: true,
    };
    const [result] = await deps.plugins.send(sender.channel, sender.inbox, message, signal);
    const outcome = result?.outcome;
    if (outcome?.state === 'deferred') throw new TemporaryError(outcome.reason);
    if (outcome?.state === 'refused') throw new Error(`The mail was refused: ${outcome.reason}`);
  };
}
