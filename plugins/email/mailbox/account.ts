import { setTimeout as wait } from 'node:timers/promises';
import { errorFacts } from '../../../core/lib/log.ts';
import type { Inbox, InboxHealth, OutboundMessage } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { cursorsOf } from './cursor.ts';
import { NoRoomError, type Shelf } from './fetch-group.ts';
import { createFiling, type Filing } from './filing.ts';
import { openImap } from './imap-client.ts';
import { imapFailureOf, isFolderShut } from './imap-failure.ts';
import { openFolder } from './open-folder.ts';
import type { pauseAfter } from './patience.ts';
import { createPolling } from './polling.ts';
import { createProgress, type Failure, type Progress } from './progress.ts';
import { type Reading, readHistory, readNew } from './read-folder.ts';
import { createRemoving, type Removing } from './removing.ts';
import type { FetchingHost } from './running.ts';
import type { ChosenFolder, Mailbox } from './settings.ts';
import { createStretch, type Stretch, type StretchPatience } from './stretch.ts';
import { imapTrouble } from './trouble.ts';
import { type Bell, expectUsable, newBell, newsOf, ring } from './waiting.ts';
import { createWatching, type Watching } from './watching.ts';

/** One account that is being read. */
export interface RunningAccount {
  health(): InboxHealth;
  /** What was sent gets its copy in the account as soon as that can be reached. */
  file(message: OutboundMessage): Promise<void>;
  /** Another connection of ours is about to be made: one less until the answer is called. */
  makeRoom(): () => void;
  stop(): Promise<void>;
}

/** Folders without news of their own are asked for so often. */
const POLL_MS = 60_000;
const MAX_BACKLOG = 250;
const BEHIND_MS = 500;
/** A server that is ill for a moment hands over nothing at all. */
const BEFORE_PASSING_OVER: StretchPatience = { failures: 3, ms: 5 * 60_000 };

/**
 * Reads the chosen folders of an account for as long as it is open: what is new, then what was there before, then waits for more. One
 * connection reads, and says when something comes into the first folder (IDLE); others listen in the next folders (watching.ts), and all
 * are asked for their numbers each minute.
 */
export function startAccount(
  host: FetchingHost,
  inbox: Inbox<EmailSettings>,
  mailbox: Mailbox,
  patience: typeof pauseAfter,
  onWithheld: () => void,
): RunningAccount {
  const stopping = new AbortController();
  const { signal } = stopping;
  const progress = createProgress(host.now);
  const cursors = cursorsOf(host.state, inbox.id, mailbox);
  const shelf: Shelf = { inboxId: inbox.id, host, maxBytes: host.maxMessageBytes };
  const folders = inOrder(mailbox.folders);
  const bell = newBell();
  const filing = createFiling(host, inbox, mailbox, () => ring(bell));
  const removing = createRemoving(host, inbox, mailbox);
  const { log, accessToken } = host;
  const onNews = (path: string): void => ring(bell, path);
  const clock = (): number => performance.now();
  const watched = { mailbox, folders: folders.slice(1), inboxId: inbox.id };
  const watching = createWatching({ ...watched, log, accessToken, onNews, patience, clock, signal });
  const stretches = new Map<string, Stretch>();
  const stretchOf = (path: string): Stretch => {
    const stretch = stretches.get(path) ?? createStretch(host.now, BEFORE_PASSING_OVER);
    stretches.set(path, stretch);
    return stretch;
  };
  const passedOver = (folder: string, uid: number, error: unknown): void => {
    log.error('mailbox_message_withheld', { inboxId: inbox.id, folder, uid, text: imapFailureOf(error, mailbox).text });
    onWithheld();
  };

  const session = async (): Promise<void> => {
    const client = await openImap(mailbox, signal, host.accessToken, host.maxMessageBytes);
    const close = (): void => client.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      const told = { onMoved: progress.moved, stretchOf, onWithheld: passedOver };
      const reading = { client, shelf, cursors, since: mailbox.since, now: host.now, signal, ...told };
      await readOn(reading, folders, progress, { filing, removing, bell, watching });
    } catch (error) {
      throw client.byeReason ? Object.assign(new Error(client.byeReason), { reason: client.byeReason }) : error;
    } finally {
      signal.removeEventListener('abort', close);
      client.close();
      watching.rest();
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await session();
      } catch (error) {
        if (signal.aborted) return;
        const failure = failed(error, mailbox);
        if (failure.kind === 'limit') watching.refused();
        const failures = progress.failed(failure);
        const pause = patience(failure.kind, failures, failure.retryInMs, Math.random());
        host.log.warn('mailbox_failed', { inboxId: inbox.id, kind: failure.kind, text: failure.text, failures, retryInMs: pause });
        await wait(pause, undefined, { signal }).catch(() => {});
      }
    }
  };

  const running = run().catch((error: unknown) => host.log.error('mailbox_stopped', { inboxId: inbox.id, ...errorFacts(error) }));
  return {
    health: progress.health,
    file: filing.add,
    makeRoom: watching.makeRoom,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The inbox first: it is the one that tells when something comes. */
const inOrder = (folders: readonly ChosenFolder[]): readonly ChosenFolder[] => {
  const rank = ({ role }: ChosenFolder): number => ['inbox', 'sent'].indexOf(role) + 1 || 3;
  return folders.toSorted((a, b) => rank(a) - rank(b));
};

interface Desk {
  readonly filing: Filing;
  readonly removing: Removing;
  readonly bell: Bell;
  readonly watching: Watching;
}

/** Ends only by an error. */
async function readOn(reading: Reading, folders: readonly ChosenFolder[], progress: Progress, desk: Desk): Promise<void> {
  const { client, signal, cursors } = reading;
  const { filing, removing, bell, watching } = desk;
  const [first, ...others] = folders;
  const poll = createPolling(client, cursors, others);
  const missing = new Set<string>();
  let pollAt = performance.now() + POLL_MS;
  let due = folders;
  for (;;) {
    for (const folder of due) await readFolder(reading, folder, missing, () => readNew(reading, folder));
    for (const folder of folders) {
      if (missing.has(folder.path)) continue;
      while (await readHistory(reading, folder)) {
        progress.filling();
        signal.throwIfAborted();
        // History may take hours: what comes meanwhile, here and elsewhere, is not kept waiting.
        do {
          if (first) await readNew(reading, first);
          await filing.work(client);
        } while (await isBehind(reading));
      }
    }
    bell.isRung = false;
    // A copy of ours is read back at once, so that nobody wonders about it a minute later.
    due = folders;
    if ((await filing.work(client)) || (await removing.work(client))) continue;
    progress.current([...missing], filing.refusal());
    watching.tend();
    due = first ? [first] : [];
    if (first && !missing.has(first.path) && (await hasNews(reading, first))) continue;
    await newsOf(client, others.length > 0 ? POLL_MS : 2 * POLL_MS, signal, bell);
    signal.throwIfAborted();
    expectUsable(client);
    const named = new Set(bell.paths);
    bell.paths.clear();
    if (performance.now() >= pollAt) {
      pollAt = performance.now() + POLL_MS;
      for (const { path } of await poll()) named.add(path);
    }
    due = folders.filter((folder) => folder === first || named.has(folder.path));
  }
}

/** Old mail that is kept faster than it is read would stand before everything new: then a pause. */
async function isBehind({ shelf, signal }: Reading): Promise<boolean> {
  if ((await shelf.host.backlog()) < MAX_BACKLOG) return false;
  await wait(BEHIND_MS, undefined, { signal });
  return true;
}

/** A folder that the server does not open keeps none of the others from being read. */
async function readFolder(reading: Reading, folder: ChosenFolder, missing: Set<string>, read: () => Promise<void>): Promise<void> {
  try {
    await read();
    missing.delete(folder.path);
  } catch (error) {
    if (!isFolderShut(error)) throw error;
    missing.add(folder.path);
    reading.shelf.host.log.warn('mailbox_folder_missing', { inboxId: reading.shelf.inboxId, folder: folder.path });
  }
}

/** Opens the folder that tells when something comes; true: something came already since it was read. */
async function hasNews({ client, cursors }: Reading, { path }: ChosenFolder): Promise<boolean> {
  const { uidNext } = await openFolder(client, path);
  const cursor = await cursors.load(path);
  return cursor !== null && uidNext - 1 > cursor.high;
}

function failed(error: unknown, mailbox: Mailbox): Failure {
  if (error instanceof NoRoomError) return { kind: 'no_room', problem: 'account_no_room', text: error.message, retryInMs: null };
  return { ...imapFailureOf(error, mailbox), problem: imapTrouble(error, mailbox).problem };
}
