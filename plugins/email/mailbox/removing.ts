import type { ImapFlow } from 'imapflow';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost, DeletedMessage, Inbox } from '../../../core/plugins/contract.ts';
import { dateOf, senderOf } from '../inbound/letterhead.ts';
import { parseMime } from '../inbound/mime.ts';
import type { EmailSettings } from '../settings.ts';
import { setOf } from './fetch-group.ts';
import { findWhereItMayBe } from './filing.ts';
import type { Mailbox } from './settings.ts';

/** What of the host the removing needs. */
export type RemovingHost = Pick<ChannelHost, 'state' | 'deleted' | 'log'>;

/** Puts into the account's trash what was deleted for good here, when the inbox says so; durable, so that nothing is forgotten. */
export interface Removing {
  /** Does what waits, at most fifty messages; true: a folder was opened. Rejects when the connection breaks. */
  work(client: ImapFlow): Promise<boolean>;
}

const AT_ONCE = 50;

/** From the moment on at which the setting is switched on: what was deleted before that stays where it is. */
export function createRemoving(host: RemovingHost, inbox: Inbox<EmailSettings>, mailbox: Mailbox): Removing {
  const key = `imap removed ${inbox.id}`;
  const begin = async (): Promise<number> => {
    const [newest] = await host.deleted(inbox.id, { newest: 1 });
    const id = newest?.id ?? 0;
    await host.state.set(key, String(id));
    return id;
  };
  return {
    work: async (client) => {
      const done = await host.state.get(key);
      if (!mailbox.removeDeleted) {
        if (done !== null) await host.state.delete(key);
        return false;
      }
      const after = done === null ? await begin() : Number(done);
      const due = await host.deleted(inbox.id, { after, most: AT_ONCE });
      if (due.length === 0) return false;
      const trash = await trashOf(client);
      for (const one of due) {
        const { id } = one;
        try {
          await remove(client, mailbox, trash, one);
        } catch (error) {
          if (!client.usable) throw error;
          host.log.warn('mailbox_removing_refused', { inboxId: inbox.id, tombstoneId: id, ...errorFacts(error) });
        }
        await host.state.set(key, String(id));
      }
      return true;
    },
  };
}

/** RFC 6154 §2; null where the account has none. */
const trashOf = async (client: ImapFlow): Promise<string | null> =>
  (await client.list()).find(({ specialUse }) => specialUse === '\\Trash')?.path ?? null;

async function remove(client: ImapFlow, { folders }: Mailbox, trash: string | null, { externalId, isIt }: DeletedMessage): Promise<void> {
  for (const { path, role } of folders) {
    if (externalId === null || role === 'drafts' || path === trash) continue;
    const uids = await onlyIt(client, await findWhereItMayBe(client, path, externalId), isIt);
    if (uids.length === 0) continue;
    if (trash === null) await client.messageDelete(uids.join(','), { uid: true });
    else await client.messageMove(uids.join(','), trash, { uid: true });
  }
}

/** Those of the open folder that are the message: some programs give all their mail one id. */
async function onlyIt(client: ImapFlow, uids: readonly number[], isIt: DeletedMessage['isIt']): Promise<readonly number[]> {
  const found: number[] = [];
  if (uids.length === 0) return found;
  for await (const { uid, headers } of client.fetch(setOf(uids), { uid: true, headers: true }, { uid: true })) {
    const root = parseMime(headers ?? Buffer.alloc(0));
    if (isIt({ from: senderOf(root, undefined).address, sentAt: dateOf(root) })) found.push(uid);
  }
  return found;
}
