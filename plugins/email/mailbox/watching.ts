import { setTimeout as wait } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { InboxId } from '../../../core/lib/ids.ts';
import type { AccessToken, ChannelHost } from '../../../core/plugins/contract.ts';
import { openImap } from './imap-client.ts';
import { type ImapFailureKind, imapFailureOf, isFolderShut } from './imap-failure.ts';
import { openFolder } from './open-folder.ts';
import type { pauseAfter } from './patience.ts';
import type { ChosenFolder, Mailbox } from './settings.ts';
import { expectUsable, newsOf } from './waiting.ts';

/** More connections of one account, each of which listens in one folder (IDLE) and says that something came there. */
export interface Watching {
  /** The account is read: folders that may be watched and are not yet get a connection. */
  tend(): void;
  /** The account is not read: all connections end. */
  rest(): void;
  /** The account's first connection was refused for there being too many. */
  refused(): void;
  /** Somebody else of ours connects to the account: one connection less until the answer is called. */
  makeRoom(): () => void;
}

export interface WatchingMeans {
  readonly mailbox: Mailbox;
  /** In the order of their importance. */
  readonly folders: readonly ChosenFolder[];
  readonly inboxId: InboxId;
  readonly log: ChannelHost['log'];
  readonly accessToken: AccessToken;
  readonly onNews: (path: string) => void;
  readonly patience: typeof pauseAfter;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** A server that wanted fewer connections is not asked for more before that. */
const GIVING_WAY_MS = 30 * 60_000;
/** Firewalls forget a quiet connection. */
const LISTENING_MS = 100_000;
/** The account itself is read with this very log-in, so who is refused at the door is one too many. */
const REFUSALS: ReadonlySet<ImapFailureKind> = new Set(['limit', 'unavailable', 'login']);

export function createWatching(means: WatchingMeans): Watching {
  const { mailbox, folders, inboxId, log, onNews, clock, signal } = means;
  const running = new Map<string, AbortController>();
  const listening = new Set<string>();
  const gone = new Set<string>();
  let isOn = false;
  let reserved = 0;
  let most = Number.POSITIVE_INFINITY;
  let fewerUntil = 0;

  const allowed = (): number => {
    if (clock() >= fewerUntil) most = Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(mailbox.imapConnections - 1, most) - reserved);
  };
  const close = (path: string): void => {
    running.get(path)?.abort();
    running.delete(path);
    listening.delete(path);
  };
  /** One of those that were taken is left for others, such as a phone. */
  const giveWay = (): void => {
    most = Math.max(0, listening.size - 1);
    fewerUntil = clock() + GIVING_WAY_MS;
    log.info('mailbox_fewer_connections', { inboxId, connections: 1 + most });
    tend();
  };
  const tend = (): void => {
    if (!isOn || signal.aborted) return;
    const wanted = new Set(
      folders
        .filter(({ path }) => !gone.has(path))
        .slice(0, allowed())
        .map(({ path }) => path),
    );
    for (const path of [...running.keys()]) if (!wanted.has(path)) close(path);
    // One after another: whoever is refused knows how many were taken.
    if (running.size > listening.size) return;
    const next = [...wanted].find((path) => !running.has(path));
    if (next !== undefined) start(next);
  };
  const start = (path: string): void => {
    const stopping = new AbortController();
    running.set(path, stopping);
    const isMine = (): boolean => running.get(path) === stopping;
    void watch(means, path, AbortSignal.any([signal, stopping.signal]), (isListening) => {
      if (!isMine()) return;
      if (isListening) listening.add(path);
      else listening.delete(path);
      if (isListening) {
        onNews(path);
        tend();
      }
    }).then((end) => {
      if (!isMine()) return;
      close(path);
      if (end === 'refused') return giveWay();
      if (end === 'useless') gone.add(path);
      tend();
    });
  };

  return {
    tend: () => {
      isOn = true;
      tend();
    },
    rest: () => {
      isOn = false;
      for (const path of [...running.keys()]) close(path);
    },
    refused: () => {
      if (running.size > 0) giveWay();
    },
    makeRoom: () => {
      reserved += 1;
      tend();
      return () => {
        reserved -= 1;
        tend();
      };
    },
  };
}

/** `useless`: the server cannot tell (no IDLE), or there is no such folder. Never rejects. */
async function watch(
  means: WatchingMeans,
  path: string,
  signal: AbortSignal,
  tell: (isListening: boolean) => void,
): Promise<'ended' | 'refused' | 'useless'> {
  const { mailbox, accessToken, patience } = means;
  for (let failures = 0; !signal.aborted; ) {
    let isInside = false;
    try {
      const client = await openImap(mailbox, signal, accessToken);
      const end = (): void => client.close();
      signal.addEventListener('abort', end, { once: true });
      try {
        if (!client.capabilities.has('IDLE')) return 'useless';
        // Nothing is read here, so it is only looked into.
        await openFolder(client, path, { readOnly: true });
        isInside = true;
        failures = 0;
        client.on('exists', () => tell(true));
        tell(true);
        await listen(client, signal);
      } finally {
        signal.removeEventListener('abort', end);
        client.close();
        tell(false);
      }
    } catch (error) {
      if (signal.aborted) break;
      if (isFolderShut(error)) return 'useless';
      const { kind, retryInMs } = imapFailureOf(error, mailbox);
      if (!isInside && REFUSALS.has(kind)) return 'refused';
      failures += 1;
      await wait(patience(kind, failures, retryInMs, Math.random()), undefined, { signal }).catch(() => {});
    }
  }
  return 'ended';
}

/** Ends only by an error. */
async function listen(client: ImapFlow, signal: AbortSignal): Promise<never> {
  for (;;) {
    await newsOf(client, LISTENING_MS, signal);
    signal.throwIfAborted();
    expectUsable(client);
    await client.noop();
  }
}
