import type { SMTPServerError, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { InboxId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { DEFAULT_TRUSTED_HOPS } from '../authentication/hops.ts';
import type { ListenerSettings } from '../listener-settings.ts';
import { type CallerGate, callerGate } from './caller-gate.ts';
import { findRecipient, type OpenInbox } from './recipient.ts';
import { reply } from './reply.ts';
import { NO_ROOM, takeMessage } from './take.ts';

/** What happens at MAIL FROM, RCPT TO and DATA. */
export type Receiver = Required<Pick<SMTPServerOptions, 'onMailFrom' | 'onRcptTo' | 'onData'>>;

/** The mail under way in one session. */
interface Transaction {
  readonly inboxIds: Set<InboxId>;
  readonly gate: CallerGate;
}

const MAILBOX_FULL = '4.2.2 This mailbox is full, try again later';
/** Each one makes a row: a session may not make them without end. */
const MAX_GREYLISTED = 20;

export interface ReceiverOptions {
  readonly maxMessageBytes: number;
  readonly isOwn: (ip: string) => boolean;
  readonly opened: ReadonlyMap<InboxId, OpenInbox>;
}

export function createReceiver(
  host: ChannelHost,
  settings: ListenerSettings,
  { maxMessageBytes, isOwn, opened }: ReceiverOptions,
): Receiver {
  const { trustedHops, bareNewlines } = settings;
  const take = { maxMessageBytes, trustedHops: trustedHops === DEFAULT_TRUSTED_HOPS ? null : trustedHops };
  const transactions = new WeakMap<SMTPServerSession, Transaction>();
  const greylisted = new WeakMap<SMTPServerSession, number>();

  const begin = async (session: SMTPServerSession, sender: string): Promise<SMTPServerError | null> => {
    const caller = { ip: session.remoteAddress, helo: session.hostNameAppearsAs, sender };
    transactions.set(session, { inboxIds: new Set(), gate: callerGate(host, caller, { ...settings, isOwn: isOwn(caller.ip) }) });
    return (await host.hasRoom()) ? null : reply(452, NO_ROOM);
  };

  const recipient = async (session: SMTPServerSession, address: string): Promise<SMTPServerError | null> => {
    const inboxId = await findRecipient(host.findInbox, opened, address);
    if (inboxId === null) {
      host.turnedAway('unknown_recipient');
      return reply(550, `No such recipient here: ${address}`);
    }
    const transaction = transactions.get(session);
    const refusal = (await transaction?.gate.ask(address)) ?? ((await host.hasRoom(inboxId)) ? null : reply(452, MAILBOX_FULL));
    if (refusal === null) transaction?.inboxIds.add(inboxId);
    if (refusal?.responseCode !== 450) return refusal;
    const times = (greylisted.get(session) ?? 0) + 1;
    greylisted.set(session, times);
    return times > MAX_GREYLISTED ? reply(421, 'Enough for one connection, please come again in five minutes') : refusal;
  };

  /** Trouble of ours is never the sender's last word: he tries again. */
  const answer = (work: Promise<SMTPServerError | null>, event: string, callback: (error?: Error | null) => void): void => {
    work.then(callback, (error: unknown) => {
      host.log.error(event, errorFacts(error));
      callback(reply(451, 'This cannot be looked up now, try again later'));
    });
  };

  return {
    onMailFrom: ({ address }, session, callback) => answer(begin(session, address), 'room_unknown', callback),
    onRcptTo: ({ address }, session, callback) => answer(recipient(session, address), 'recipient_lookup_failed', callback),
    onData: (stream, session, callback) => {
      const needsCrlf = bareNewlines === 'refuse' && !isOwn(session.remoteAddress);
      const inboxIds = [...(transactions.get(session)?.inboxIds ?? [])];
      const checksSender = inboxIds.every((id) => opened.get(id)?.isStrict === true);
      takeMessage(host, stream, session, inboxIds, { ...take, needsCrlf, checksSender }).then(
        (text) => callback(null, text),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  };
}
