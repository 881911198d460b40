import type { SMTPServerError, SMTPServerSession } from 'smtp-server';
import type { InboxId } from '../../../core/lib/ids.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { reply } from './reply.ts';

/** Looks at a message while it comes in and may refuse it at its end, before anything of it is kept. */
export interface SenderGate {
  see(chunk: Uint8Array): Promise<void>;
  /** The reply to refuse with, or null; decided once. */
  refusal(): Promise<SMTPServerError | null>;
  /** What `refusal` said, null before. */
  decided(): SMTPServerError | null;
  end(): Promise<void>;
}

/**
 * For inboxes that all want mail refused whose domain asks for it: `550 5.7.1` when DMARC fails, the domain's policy is reject and no known
 * forwarder vouches for it. Whatever cannot be found out in time lets the mail in.
 */
export function senderGate(
  host: ChannelHost,
  session: SMTPServerSession,
  inboxIds: readonly InboxId[],
  envelope: Readonly<Record<string, string>>,
): SenderGate {
  const watch = host.watchSender(envelope);
  let decision: SMTPServerError | null | undefined;

  const decide = async (): Promise<SMTPServerError | null> => {
    const found = await watch.result();
    if (found?.dmarc?.result !== 'fail' || found.dmarc.policy !== 'reject' || found.arc?.trusted) return null;
    const senderDomain = found.fromDomain;
    host.refused({ inboxIds, reason: 'dmarc', senderDomain, mailFrom: envelope['mailFrom'] ?? '', remoteIp: session.remoteAddress });
    return reply(550, `5.7.1 ${senderDomain ?? 'The domain of the sender'} asks to refuse mail that it did not send (DMARC)`);
  };

  return {
    see: (chunk) => watch.add(chunk),
    refusal: async () => {
      if (decision === undefined) decision = await decide();
      return decision;
    },
    decided: () => decision ?? null,
    end: () => watch.end(),
  };
}
