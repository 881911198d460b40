import { setTimeout as wait } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import { errorFacts } from '../../../core/lib/log.ts';
import type { Inbox, InboxHealth, OutboundMessage } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { cursorsOf } from './cursor.ts';
import { NoRoomError, type Shelf } from './fetch-group.ts';
import { createFiling, type Filing } from './filing.ts';
import { openImap } from './imap-client.ts';
import { imapFailureOf, isFolderMissing } from './imap-failure.ts';
import type { pauseAfter } from './patience.ts';
import { createProgress, type Failure, type Progress } from './progress.ts';
import { type Reading, readHistory, readNew } from './read-folder.ts';
import type { FetchingHost } from './running.ts';
import type { ChosenFolder, Mailbox } from './settings.ts';
import { imapTrouble } from './trouble.ts';

/** One account that is being read. */
export interface RunningAccount {
  health(): InboxHealth;
  /** What was sent gets its copy in the account as soon as that can be reached. */
  file(message: OutboundMessage): Promise<void>;
  stop(): Promise<void>;
}

/** Folders without news of their own are asked for so often. */
const POLL_MS = 60_000;
const MAX_BACKLOG = 250;
const BEHIND_MS = 500;

/**
 * Reads the chosen folders of an account for as long as it is open: what is new, then what was there before, then waits for more. One
 * connection, which says when something comes into the first folder (IDLE); the others are looked at each minute.
 */
export function startAccount(
  host: FetchingHost,
  inbox: Inbox<EmailSettings>,
  mailbox: Mailbox,
  patience: typeof pauseAfter,
): RunningAccount {
  const stopping = new AbortController();
  const { signal } = stopping;
  const progress = createProgress(host.now);
  const cursors = cursorsOf(host.state, inbox.id);
  const shelf: Shelf = { inboxId: inbox.id, host, maxBytes: host.maxMessageBytes };
  const folders = inOrder(mailbox.folders);
  const bell: Bell = { isRung: false, onRing: () => {} };
  const filing = createFiling(host, inbox, mailbox, () => ring(bell));

  const session = async (): Promise<void> => {
    const client = await openImap(mailbox, signal, host.accessToken);
    const close = (): void => client.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      const reading = { client, shelf, cursors, since: mailbox.since, now: host.now, signal, onMoved: progress.moved };
      await readOn(reading, folders, progress, { filing, bell });
    } catch (error) {
      throw client.byeReason ? Object.assign(new Error(client.byeReason), { reason: client.byeReason }) : error;
    } finally {
      signal.removeEventListener('abort', close);
      client.close();
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await session();
      } catch (error) {
        if (signal.aborted) return;
        const failure = failed(error, mailbox);
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

/** Rings when something waits to be put into the account. */
interface Bell {
  isRung: boolean;
  onRing: () => void;
}

interface Desk {
  readonly filing: Filing;
  readonly bell: Bell;
}

function ring(bell: Bell): void {
  bell.isRung = true;
  bell.onRing();
}

/** Ends only by an error. */
async function readOn(reading: Reading, folders: readonly ChosenFolder[], progress: Progress, { filing, bell }: Desk): Promise<void> {
  const { client, signal } = reading;
  const [first] = folders;
  for (;;) {
    const missing: string[] = [];
    for (const folder of folders) await readFolder(reading, folder, missing, () => readNew(reading, folder));
    for (const folder of folders) {
      if (missing.includes(folder.path)) continue;
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
    if (await filing.work(client)) continue;
    progress.current(missing);
    if (first && !missing.includes(first.path) && (await hasNews(reading, first))) continue;
    await newsOf(client, folders.length > 1 ? POLL_MS : 2 * POLL_MS, signal, bell);
    signal.throwIfAborted();
    if (!client.usable) throw Object.assign(new Error('The connection ended'), { code: 'EConnectionClosed' });
  }
}

/** Old mail that is kept faster than it is read would stand before everything new: then a pause. */
async function isBehind({ shelf, signal }: Reading): Promise<boolean> {
  if ((await shelf.host.backlog()) < MAX_BACKLOG) return false;
  await wait(BEHIND_MS, undefined, { signal });
  return true;
}

/** A folder that was removed or renamed does not keep the others from being read. */
async function readFolder(reading: Reading, folder: ChosenFolder, missing: string[], read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!isFolderMissing(error)) throw error;
    missing.push(folder.path);
    reading.shelf.host.log.warn('mailbox_folder_missing', { inboxId: reading.shelf.inboxId, folder: folder.path });
  }
}

/** Opens the folder that tells when something comes; true: something came already since it was read. */
async function hasNews({ client, cursors }: Reading, { path }: ChosenFolder): Promise<boolean> {
  const { uidNext } = await client.mailboxOpen(path);
  const cursor = await cursors.load(path);
  return cursor !== null && uidNext - 1 > cursor.high;
}

/** Resolves when something came, the connection ended or the time is over. */
async function newsOf(client: ImapFlow, timeMs: number, signal: AbortSignal, bell: Bell): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const timer = setTimeout(wake, timeMs);
  client.on('exists', wake).on('close', wake);
  signal.addEventListener('abort', wake, { once: true });
  bell.onRing = wake;
  if (bell.isRung) wake();
  // Whatever is asked next ends it.
  client.idle().catch(() => {});
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    client.off('exists', wake).off('close', wake);
    signal.removeEventListener('abort', wake);
    bell.onRing = () => {};
  }
}

function failed(error: unknown, mailbox: Mailbox): Failure {
  if (error instanceof NoRoomError) return { kind: 'no_room', problem: 'account_no_room', text: error.message, retryInMs: null };
  return { ...imapFailureOf(error, mailbox), problem: imapTrouble(error, mailbox).problem };
}
