import { z } from 'zod';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { Job } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { TemporaryError } from '../lib/errors.ts';
import type { DeliveryId, MessageId } from '../lib/ids.ts';
import { type Keyring, randomToken } from '../lib/secrets.ts';
import type { ChannelPlugin, Inbox, OutboundMessage } from '../plugins/contract.ts';
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
  readonly directory: Pick<InboxDirectory, 'openTo' | 'typed'>;
  readonly keyring: Keyring;
}

interface Sender {
  readonly channel: string;
  readonly plugin: ChannelPlugin;
  readonly inbox: Inbox<unknown>;
}

/** Every open inbox of the company with an e-mail address that can send. */
export function systemSenders({
  plugins,
  directory,
}: Pick<MailSenderDeps, 'directory'> & { readonly plugins: Pick<Plugins, 'channel'> }): readonly Sender[] {
  return directory.openTo(null).flatMap((record) => {
    const plugin = plugins.channel(record.channel);
    const inbox = directory.typed(record.id);
    const writesMail = plugin?.manifest.traits.addressKind === 'email' && record.status === 'open';
    return plugin && inbox && writesMail && plugin.canSend(inbox.settings) ? [{ channel: record.channel, plugin, inbox }] : [];
  });
}

/** So many inboxes are asked in one attempt, which must not hold up other jobs for long; the next attempt begins with the others. */
const ASKED_AT_ONCE = 3;
const SEND_TIMEOUT_MS = 120_000;

/** Sends a queued system mail through the first inbox that takes it. Raises when none did, so that the job is tried again. */
export function systemMailHandler(deps: MailSenderDeps): JobHandler {
  return async (scope, job, signal) => {
    const mail = MAIL.parse(JSON.parse(deps.keyring.decrypt(SEAL, String(job.data['sealed']))));
    const senders = systemSenders(deps);
    if (senders.length === 0) throw new TemporaryError('No inbox can send mail now');
    const from = ((job.attempts - 1) * ASKED_AT_ONCE) % senders.length;
    const problems: string[] = [];
    for (const sender of [...senders.slice(from), ...senders.slice(0, from)].slice(0, ASKED_AT_ONCE)) {
      const problem = await sendThrough(deps, sender, messageOf(mail, sender, job, scope.now()), signal);
      if (problem === null) return;
      problems.push(`${sender.inbox.address}: ${problem}`);
      if (signal.aborted) break;
    }
    throw new TemporaryError(problems.join('; '));
  };
}

/** Null = accepted, or perhaps: then it is not sent again through another inbox. Otherwise why not. */
async function sendThrough(
  { plugins }: MailSenderDeps,
  sender: Sender,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    const [result] = await plugins.send(sender.channel, sender.inbox, message, limited);
    const outcome = result?.outcome;
    return outcome?.state === 'deferred' || outcome?.state === 'refused' ? outcome.reason : null;
  } catch (error) {
    if (error instanceof TemporaryError) return error.message;
    throw error;
  }
}

function messageOf(mail: z.output<typeof MAIL>, { plugin, inbox }: Sender, { id }: Pick<Job, 'id'>, now: Date): OutboundMessage {
  return {
    messageId: id as MessageId,
    externalId: plugin.externalId(inbox.address, randomToken()),
    fromName: inbox.name,
    replyToken: null,
    recipients: [{ deliveryId: id as DeliveryId, kind: 'to', ...mail.to }],
    to: [mail.to],
    cc: [],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: [],
    inReplyTo: null,
    references: [],
    writtenAt: now,
    automated: true,
  };
}
