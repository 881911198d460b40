import { z } from 'zod';
import type { InboxId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost, Comparison, FolderComparison, Inbox } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { compareFolder } from './compare.ts';
import { cursorsOf } from './cursor.ts';
import { openImap } from './imap-client.ts';
import { createLine } from './line.ts';
import type { Mailbox } from './settings.ts';

type Host = Pick<ChannelHost, 'keep' | 'hasRoom' | 'backlog' | 'log' | 'now' | 'state' | 'every' | 'numbered' | 'accessToken'> & {
  readonly maxMessageBytes: number;
  /** Providers count connections: one of those that read the account makes room. */
  readonly makeRoom: (id: InboxId) => () => void;
};

export interface Comparing {
  open(inbox: Inbox<EmailSettings>): void;
  close(id: InboxId): Promise<void>;
  compare(id: InboxId, signal: AbortSignal): Promise<void>;
  /** Something of this account was passed over: everybody shall see what. */
  soon(id: InboxId): void;
  compared(id: InboxId): Promise<Comparison | null>;
  stop(): Promise<void>;
}

/** Looked for each hour, so that a machine that sleeps at night compares too; a little less than a day, so that it stays at its hour. */
const EACH_HOUR = '23 * * * *';
const DAY_MS = 23.5 * 3_600_000;
/** A comparison that takes longer is given up. */
const LIMIT_MS = 30 * 60_000;

const COMPARISON = z.object({
  at: z.coerce.date(),
  folders: z.array(
    z.object({
      ...{ path: z.string(), server: z.int(), here: z.int(), fetched: z.int(), gone: z.int() },
      missing: z.array(z.object({ subject: z.string(), from: z.string(), at: z.coerce.date().nullable() })),
    }),
  ),
});

/** Compares each account with what was kept of it: once a day, one after another, and when somebody asks. */
export function startComparing(host: Host): Comparing {
  const inboxes = new Map<InboxId, Inbox<EmailSettings>>();
  const running = new Map<InboxId, { readonly work: Promise<void>; readonly stopping: AbortController }>();
  const keyOf = (id: InboxId): string => `compared ${id}`;

  const compared = async (id: InboxId): Promise<Comparison | null> => {
    // Not from memory: of several processes another one may have compared.
    const stored = await host.state.get(keyOf(id));
    return stored === null ? null : COMPARISON.parse(JSON.parse(stored));
  };

  const run = async ({ id, settings: { mailbox } }: Inbox<EmailSettings>, signal: AbortSignal): Promise<void> => {
    if (!mailbox) return;
    const release = host.makeRoom(id);
    try {
      await compareAt(id, mailbox, signal);
    } finally {
      release();
    }
  };

  const compareAt = async (id: InboxId, mailbox: Mailbox, signal: AbortSignal): Promise<void> => {
    const line = createLine(() => openImap(mailbox, signal, host.accessToken, host.maxMessageBytes));
    signal.addEventListener('abort', line.close, { once: true });
    try {
      const shelf = { inboxId: id, host, maxBytes: host.maxMessageBytes };
      const looking = { line, shelf, cursors: cursorsOf(host.state, id, mailbox), numbered: host.numbered, now: host.now, signal };
      const folders: FolderComparison[] = [];
      for (const folder of mailbox.folders) {
        const one = await compareFolder(looking, folder);
        if (one) folders.push(one);
        if (one?.missing.length)
          host.log.error('mailbox_missed_mail', {
            inboxId: id,
            folder: one.path,
            fetched: one.fetched,
            server: one.server,
            here: one.here,
          });
      }
      await host.state.set(keyOf(id), JSON.stringify({ at: host.now(), folders }));
    } finally {
      signal.removeEventListener('abort', line.close);
      line.close();
    }
  };

  const compare = (id: InboxId, signal: AbortSignal): Promise<void> => {
    const known = running.get(id);
    if (known) return known.work;
    const inbox = inboxes.get(id);
    if (!inbox) return Promise.resolve();
    const stopping = new AbortController();
    const work = run(inbox, AbortSignal.any([signal, stopping.signal, AbortSignal.timeout(LIMIT_MS)])).finally(() => running.delete(id));
    running.set(id, { work, stopping });
    return work;
  };

  const notCompared = (id: InboxId) => (error: unknown) => host.log.warn('mailbox_not_compared', { inboxId: id, ...errorFacts(error) });

  const close = async (id: InboxId): Promise<void> => {
    inboxes.delete(id);
    const known = running.get(id);
    known?.stopping.abort();
    await known?.work.catch(() => {});
  };

  host.every(EACH_HOUR, async (signal) => {
    for (const id of [...inboxes.keys()]) {
      if (signal.aborted) return;
      const before = await compared(id);
      if (before !== null && host.now().getTime() - before.at.getTime() < DAY_MS) continue;
      await compare(id, signal).catch(notCompared(id));
    }
  });

  return {
    open: (inbox) => {
      if (inbox.settings.mailbox && inbox.settings.mailbox.folders.length > 0) inboxes.set(inbox.id, inbox);
    },
    close,
    compare,
    soon: (id) => void compare(id, new AbortController().signal).catch(notCompared(id)),
    compared,
    stop: async () => {
      await Promise.all([...inboxes.keys()].map(close));
    },
  };
}
