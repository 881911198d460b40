import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { InboxId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import type { ListenerOptions } from './options.ts';
import { reply } from './reply.ts';

/** Keeps one message and answers the text behind "250 2.0.0". Rejects with an SMTP reply. */
export async function takeMessage(
  host: ChannelHost,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  inboxIds: readonly InboxId[],
  { maxMessageBytes, maxDataMs }: ListenerOptions,
): Promise<string> {
  // A sender that trickles keeps every idle timeout away, so the whole message has its time too.
  const deadline = setTimeout(() => stream.destroy(reply(421, 'The message took too long')), maxDataMs);
  try {
    const envelope = envelopeOf(session);
    const kept = await host.keep({ inboxIds, contentType: 'message/rfc822', envelope, body: stream, maxBytes: maxMessageBytes });
    if (kept.state === 'kept') return `kept as ${kept.id}`;
  } catch (error) {
    if (stream.errored && 'responseCode' in stream.errored) throw stream.errored;
    if (stream.destroyed && !stream.readableEnded) host.log.info('sender_broke_off', { remoteIp: session.remoteAddress });
    else host.log.error('keep_failed', { remoteIp: session.remoteAddress, ...errorFacts(error) });
    throw reply(451, 'The message could not be stored now, try again later');
  } finally {
    clearTimeout(deadline);
    // RFC 5321 §4.1.1.4: whatever the answer, the message is read to its end first.
    stream.resume();
  }
  throw reply(552, `The message is larger than ${maxMessageBytes} bytes`);
}

/** How the message came, for its history and for whoever judges it. `tls` is there only when it came encrypted. */
function envelopeOf(session: SMTPServerSession): Record<string, string> {
  const { mailFrom, rcptTo } = session.envelope;
  const tls = session.tlsOptions;
  return {
    mailFrom: mailFrom ? mailFrom.address : '',
    rcptTo: JSON.stringify(rcptTo.map(({ address }) => address)),
    remoteIp: session.remoteAddress,
    helo: session.hostNameAppearsAs,
    protocol: session.transmissionType,
    ...(tls ? { tls: `${tls.version} ${tls.standardName ?? tls.name}` } : {}),
  };
}
