import { buffer } from 'node:stream/consumers';
import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import { domainOf } from '../../../core/lib/email-address.ts';
import type { MessageId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost, Inbox, OutboundMessage } from '../../../core/plugins/contract.ts';
import { composeMail } from '../outbound/compose.ts';
import { isAscii } from '../outbound/one-line.ts';
import type { EmailSettings } from '../settings.ts';
import { FolderShutError, imapFailureOf, isFolderShut } from './imap-failure.ts';
import { openFolder } from './open-folder.ts';
import type { Mailbox } from './settings.ts';

/** What of the host the filing needs. */
export type FilingHost = Pick<ChannelHost, 'state' | 'sent' | 'signingKeys' | 'now' | 'log'>;

/** Puts what was sent into the account's folder of sent mail, and marks there what was answered; durable, so that it is done once whatever breaks. */
export interface Filing {
  /** A message was taken by the server for sending. On disk when it returns. */
  add(message: OutboundMessage): Promise<void>;
  /** Does what waits; true: something is filed. Rejects when the connection breaks; what the server refuses, or hangs up over twice, is tried again later. */
  work(client: ImapFlow): Promise<boolean>;
  /** What the server said when it refused what still waits; null while it refuses nothing. */
  refusal(): string | null;
}

const WAITING = z.array(
  z.object({
    messageId: z.int(),
    externalId: z.string(),
    inReplyTo: z.string().nullable(),
    since: z.iso.datetime(),
    /** Not before this moment: the server refused it. */
    notBefore: z.iso.datetime().nullable(),
  }),
);
type Waiting = z.infer<typeof WAITING>[number];

const AGAIN_MS = 10 * 60_000;
const GIVE_UP_MS = 7 * 24 * 3_600_000;

export function createFiling(host: FilingHost, inbox: Inbox<EmailSettings>, mailbox: Mailbox, wake: () => void): Filing {
  const key = `imap filing ${inbox.id}`;
  const refusals = new Map<number, string>();
  /** Messages over which the connection broke once. */
  const broken = new Set<number>();
  const parsed = (text: string | null): readonly Waiting[] => WAITING.parse(JSON.parse(text ?? '[]'));
  // At once: what another process sent is added to the same list.
  const change = (work: (list: readonly Waiting[]) => readonly Waiting[]): Promise<void> =>
    host.state.change(key, (text) => {
      const after = work(parsed(text));
      return after.length === 0 ? null : JSON.stringify(after);
    });
  return {
    add: async ({ messageId, externalId, inReplyTo, replyToken }) => {
      // Mail of the machine itself, such as a new password, belongs into no folder.
      if (replyToken === null || !(mailbox.appendSent || mailbox.markAnswered)) return;
      const one: Waiting = { messageId, externalId, inReplyTo, since: host.now().toISOString(), notBefore: null };
      await change((list) => (list.some((known) => known.messageId === messageId) ? list : [...list, one]));
      wake();
    },
    work: async (client) => {
      const now = host.now();
      const due = parsed(await host.state.get(key)).filter(({ notBefore }) => notBefore === null || new Date(notBefore) <= now);
      let isFiled = false;
      for (const one of due) {
        let isDone = true;
        let failure: unknown = null;
        try {
          if (mailbox.appendSent) await append(host, client, inbox, mailbox, one);
          if (mailbox.markAnswered && one.inReplyTo !== null) await markAnswered(client, mailbox, one.inReplyTo);
          isFiled = true;
          refusals.delete(one.messageId);
          broken.delete(one.messageId);
        } catch (error) {
          failure = error;
          // A line that breaks tells nothing; a server that hangs up over the same message again does not want that one.
          if (!client.usable && !broken.has(one.messageId)) {
            broken.add(one.messageId);
            throw error;
          }
          host.log.warn('mailbox_filing_refused', { inboxId: inbox.id, messageId: one.messageId, ...errorFacts(error) });
          isDone = now.getTime() - Date.parse(one.since) > GIVE_UP_MS;
          if (isDone) refusals.delete(one.messageId);
          else refusals.set(one.messageId, client.byeReason || imapFailureOf(error, mailbox).text);
        }
        const notBefore = new Date(now.getTime() + AGAIN_MS).toISOString();
        await change((list) =>
          isDone
            ? list.filter(({ messageId }) => messageId !== one.messageId)
            : list.map((known) => (known.messageId === one.messageId ? { ...known, notBefore } : known)),
        );
        if (failure !== null && !client.usable) throw failure;
      }
      return isFiled;
    },
    refusal: () => [...refusals.values()].at(-1) ?? null,
  };
}

/** Once: what lies there already, because the provider puts it there or we were interrupted, is known by its id. */
async function append(host: FilingHost, client: ImapFlow, inbox: Inbox<EmailSettings>, mailbox: Mailbox, one: Waiting): Promise<void> {
  const path = await sentFolder(client, mailbox);
  if (path === null || (await findByMessageId(client, path, one.externalId)).length > 0) return;
  const message = await host.sent(one.messageId as MessageId);
  if (message === null) return;
  const keys = await host.signingKeys(domainOf(inbox.address));
  const mail = composeMail(message, inbox, { keys, utf8: message.recipients.some(({ address }) => !isAscii(address)) });
  await client.append(path, await buffer(mail.stream), ['\\Seen'], message.writtenAt);
}

async function sentFolder(client: ImapFlow, { folders }: Mailbox): Promise<string | null> {
  const chosen = folders.find(({ role }) => role === 'sent');
  if (chosen) return chosen.path;
  return (await client.list()).find(({ specialUse }) => specialUse === '\\Sent')?.path ?? null;
}

async function markAnswered(client: ImapFlow, { folders }: Mailbox, externalId: string): Promise<void> {
  for (const { path, role } of folders) {
    if (role === 'sent' || role === 'drafts') continue;
    const [uid] = await findWhereItMayBe(client, path, externalId);
    if (uid === undefined) continue;
    await client.messageFlagsAdd(`${uid}`, ['\\Answered'], { uid: true });
    return;
  }
}

/** UIDs of what has this Message-ID in a folder, which is open then. */
export async function findByMessageId(client: ImapFlow, path: string, externalId: string): Promise<readonly number[]> {
  // Courier lets nobody put anything into a folder that he has opened to look into it only.
  await openFolder(client, path);
  const found = await client.search({ header: { 'message-id': `<${externalId}>` } }, { uid: true });
  if (!Array.isArray(found)) throw new Error('The server refused a search');
  return found;
}

/** The same of one folder of several: none where the server does not open it, which keeps nothing from being done in the others. `onShut`: it has the folder. */
export async function findWhereItMayBe(
  client: ImapFlow,
  path: string,
  externalId: string,
  onShut: (error: FolderShutError) => void = () => {},
): Promise<readonly number[]> {
  try {
    return await findByMessageId(client, path, externalId);
  } catch (error) {
    if (!isFolderShut(error)) throw error;
    if (error instanceof FolderShutError) onShut(error);
    return [];
  }
}
