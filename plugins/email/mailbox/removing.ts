import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost, DeletedMessage, Inbox } from '../../../core/plugins/contract.ts';
import { dateOf, senderOf } from '../inbound/letterhead.ts';
import { parseMime } from '../inbound/mime.ts';
import type { EmailSettings } from '../settings.ts';
import { setOf } from './fetch-group.ts';
import { findWhereItMayBe } from './filing.ts';
import type { FolderShutError } from './imap-failure.ts';
import type { Mailbox } from './settings.ts';

/** What of the host the removing needs. */
export type RemovingHost = Pick<ChannelHost, 'state' | 'deleted' | 'now' | 'log'>;

/** Puts into the account's trash what was deleted for good here, when the inbox says so; durable, so that nothing is forgotten. */
export interface Removing {
  /** Does what waits, at most fifty messages; true: a folder was opened. Rejects when the connection breaks; what the server refuses, or hangs up over twice, is tried again later. */
  work(client: ImapFlow): Promise<boolean>;
}

const REFUSED = z.array(z.object({ id: z.int(), since: z.iso.datetime(), notBefore: z.iso.datetime() }));
type Refused = z.infer<typeof REFUSED>;

const AT_ONCE = 50;
const AGAIN_MS = 10 * 60_000;
const GIVE_UP_MS = 7 * 24 * 3_600_000;
const MAX_REFUSED = 1000;

/** From the moment on at which the setting is switched on: what was deleted before that stays where it is. */
export function createRemoving(host: RemovingHost, inbox: Inbox<EmailSettings>, mailbox: Mailbox): Removing {
  const key = `imap removed ${inbox.id}`;
  /** Those over which the connection broke once. */
  const broken = new Set<number>();
  const begin = async (): Promise<number> => {
    const [newest] = await host.deleted(inbox.id, { newest: 1 });
    const id = newest?.id ?? 0;
    await host.state.set(key, String(id));
    return id;
  };
  const refusedKey = `imap not removed ${inbox.id}`;
  const readRefused = async (): Promise<Refused> => REFUSED.parse(JSON.parse((await host.state.get(refusedKey)) ?? '[]'));
  const keepRefused = async (before: Refused, after: Refused): Promise<Refused> => {
    if (after.length === 0 && before.length > 0) await host.state.delete(refusedKey);
    else if (after.length > 0) await host.state.set(refusedKey, JSON.stringify(after));
    return after;
  };
  /** Those refused before whose time has come, each with what it is. */
  const again = async (list: Refused, now: Date): Promise<readonly DeletedMessage[]> => {
    const due = list.filter(({ notBefore }) => new Date(notBefore) <= now).slice(0, AT_ONCE);
    const found = await Promise.all(due.map(({ id }) => host.deleted(inbox.id, { after: id - 1, most: 1 })));
    return found.flat().filter(({ id }) => due.some((one) => one.id === id));
  };
  const noted = (list: Refused, id: number, now: Date): Refused => {
    const since = list.find((one) => one.id === id)?.since ?? now.toISOString();
    const others = without(list, id);
    if (now.getTime() - Date.parse(since) > GIVE_UP_MS) return others;
    return [...others, { id, since, notBefore: new Date(now.getTime() + AGAIN_MS).toISOString() }].slice(-MAX_REFUSED);
  };
  return {
    work: async (client) => {
      const done = await host.state.get(key);
      if (!mailbox.removeDeleted) {
        for (const one of done === null ? [] : [key, refusedKey]) await host.state.delete(one);
        return false;
      }
      const after = done === null ? await begin() : Number(done);
      const now = host.now();
      let refused = await readRefused();
      const due = [...(await again(refused, now)), ...(await host.deleted(inbox.id, { after, most: AT_ONCE }))];
      if (due.length === 0) return false;
      const trash = await trashOf(client);
      for (const one of due) {
        const { id } = one;
        let failure: unknown = null;
        try {
          await remove(client, mailbox, trash, one);
          refused = await keepRefused(refused, without(refused, id));
          broken.delete(id);
        } catch (error) {
          failure = error;
          // As with copies of what was sent: the second time it is about this message.
          if (!client.usable && !broken.has(id)) {
            broken.add(id);
            throw error;
          }
          host.log.warn('mailbox_removing_refused', { inboxId: inbox.id, tombstoneId: id, ...errorFacts(error) });
          refused = await keepRefused(refused, noted(refused, id, now));
        }
        if (id > after) await host.state.set(key, String(id));
        if (failure !== null && !client.usable) throw failure;
      }
      return true;
    },
  };
}

const without = (list: Refused, id: number): Refused => list.filter((one) => one.id !== id);

/** RFC 6154 §2; null where the account has none. */
const trashOf = async (client: ImapFlow): Promise<string | null> =>
  (await client.list()).find(({ specialUse }) => specialUse === '\\Trash')?.path ?? null;

async function remove(client: ImapFlow, { folders }: Mailbox, trash: string | null, { externalId, isIt }: DeletedMessage): Promise<void> {
  let shut: FolderShutError | null = null;
  for (const { path, role } of folders) {
    if (externalId === null || role === 'drafts' || path === trash) continue;
    const onShut = (error: FolderShutError): void => {
      shut = error;
    };
    const uids = await onlyIt(client, await findWhereItMayBe(client, path, externalId, onShut), isIt);
    if (uids.length === 0) continue;
    const set = uids.join(',');
    const isGone = trash === null ? await client.messageDelete(set, { uid: true }) : await client.messageMove(set, trash, { uid: true });
    if (!isGone) throw new Error(`The server does not let messages be taken out of ${path}`);
  }
  // It may lie there: once more, when that one is open.
  if (shut !== null) throw shut;
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
