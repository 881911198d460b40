import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { InboxId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { reply } from './reply.ts';
import { type SenderGate, senderGate } from './sender-gate.ts';
import { type Shape, watchShape } from './shape.ts';

export const NO_ROOM = '4.3.1 There is no room for more mail, try again later';

export interface TakeOptions {
  /** The sender is a stranger, whose lines must all end in CR LF. */
  readonly needsCrlf: boolean;
  readonly maxMessageBytes: number;
  /** As in the settings; null = those that everybody has. */
  readonly trustedHops: string | null;
  /** Every inbox of it refuses what the sender's domain disowns. */
  readonly checksSender: boolean;
}

/** Keeps one message and answers the text behind "250 2.0.0". Rejects with an SMTP reply. */
export async function takeMessage(
  host: ChannelHost,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  inboxIds: readonly InboxId[],
  { needsCrlf, maxMessageBytes, trustedHops, checksSender }: TakeOptions,
): Promise<string> {
  const shape = watchShape(needsCrlf);
  // Who is believed is decided when the mail comes.
  const envelope = { ...envelopeOf(session), ...(trustedHops === null ? {} : { trustedHops }) };
  const gate = checksSender ? senderGate(host, session, inboxIds, envelope) : null;
  try {
    const body = watched(stream, shape, gate);
    const kept = await host.keep({ inboxIds, contentType: 'message/rfc822', envelope, body, maxBytes: maxMessageBytes });
    if (kept.state === 'kept') return `kept as ${kept.id}`;
  } catch (error) {
    const problem = shape.problem() ?? gate?.decided() ?? null;
    if (shape.problem() !== null) host.turnedAway('protocol');
    if (problem !== null) {
      host.log.info('mail_refused', { remoteIp: session.remoteAddress, mailFrom: envelopeOf(session).mailFrom, reply: problem.message });
      throw problem;
    }
    if (stream.errored && 'responseCode' in stream.errored) throw stream.errored;
    if (stream.destroyed && !stream.readableEnded) host.log.info('sender_broke_off', { remoteIp: session.remoteAddress });
    else host.log.error('keep_failed', { remoteIp: session.remoteAddress, ...errorFacts(error) });
    if (!(await host.hasRoom().catch(() => true))) throw reply(452, NO_ROOM);
    throw reply(451, 'The message could not be stored now, try again later');
  } finally {
    await gate?.end();
    // RFC 5321 §4.1.1.4: whatever the answer, the message is read to its end first.
    stream.resume();
  }
  host.turnedAway('too_large');
  throw reply(552, `The message is larger than ${maxMessageBytes} bytes`);
}

/** The same bytes. A message of a wrong shape or sender is read to its end like any other, then raised as its reply, so that nothing of it is kept. */
async function* watched(stream: SMTPServerDataStream, shape: Shape, gate: SenderGate | null): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    shape.see(chunk);
    if (shape.problem() !== null) continue;
    await gate?.see(chunk);
    yield chunk;
  }
  const problem = shape.problem() ?? (await gate?.refusal()) ?? null;
  if (problem !== null) throw problem;
}

/** How the message came, for its history and for whoever judges it. `tls` is there only when it came encrypted. */
function envelopeOf(session: SMTPServerSession): Record<string, string> & { readonly mailFrom: string } {
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
