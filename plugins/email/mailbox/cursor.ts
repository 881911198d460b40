import { z } from 'zod';
import type { InboxId } from '../../../core/lib/ids.ts';
import type { PluginHost } from '../../../core/plugins/contract.ts';
import type { Mailbox } from './settings.ts';

/**
 * How far a folder of an account has been read. Numbers are UIDs of this UIDVALIDITY. Flags and dates never decide what is fetched; the date
 * `since` only ends the history.
 */
const CURSOR = z.object({
  uidValidity: z.string(),
  /** When the folder was first read: what reached the account a day before is history also when it turns up later. */
  connectedAt: z.iso.datetime(),
  /** Up to here it lay there before; 0 after the server gave all messages new numbers. */
  first: z.int().nonnegative(),
  /** Everything above `first` and up to here is kept. */
  high: z.int().nonnegative(),
  /** Of the history what is below is still to be fetched; 1 = nothing. */
  below: z.int().positive(),
  /** How far back the history reaches, null = to the beginning. */
  since: z.iso.datetime().nullable(),
  /** Kept already although not covered by `high` and `below`, because the connection was cut: not fetched again. */
  kept: z.array(z.int().positive()).max(1000),
  fetched: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
});
export type Cursor = z.infer<typeof CURSOR>;

/** With whose numbers they are; absent where a version kept it that did not ask. */
const STORED = CURSOR.extend({ account: z.string().optional() });
/** No server's. */
const OTHERS = 'of another account';

/** Where the cursors of one inbox are kept. */
export interface Cursors {
  load(path: string): Promise<Cursor | null>;
  save(path: string, cursor: Cursor): Promise<void>;
}

/** How far the inbox has read this account. Of another account, that was the inbox's before, its numbers say nothing, though they may look the same. */
export function cursorsOf(state: PluginHost['state'], inboxId: InboxId, { login, imapHost }: Pick<Mailbox, 'login' | 'imapHost'>): Cursors {
  const account = `${login} ${imapHost.toLowerCase()}`;
  const save = (path: string, cursor: Cursor): Promise<void> => state.set(keyOf(inboxId, path), JSON.stringify({ ...cursor, account }));
  return {
    load: async (path) => {
      const stored = await state.get(keyOf(inboxId, path));
      if (stored === null) return null;
      const { account: known, ...cursor } = STORED.parse(JSON.parse(stored));
      if (known === undefined) await save(path, cursor);
      return known === undefined || known === account ? cursor : { ...cursor, uidValidity: OTHERS };
    },
    save,
  };
}

const keyOf = (inboxId: InboxId, path: string): string => `imap ${inboxId} ${path}`;

/** What a server says of a folder when it is opened. */
export interface Opened {
  readonly uidValidity: string;
  /** The UID that the next message will get. */
  readonly uidNext: number;
  /** It came back from a backup: numbers are given a second time, though it does not say so. */
  readonly isOlder: boolean;
}

/** The cursor to go on with: of a folder seen for the first time, with new numbers, with a history that shall reach further back, or as it was. */
export function cursorFor(known: Cursor | null, { uidValidity, uidNext, isOlder }: Opened, since: Date | null, now: Date): Cursor {
  const wanted = since?.toISOString() ?? null;
  const last = Math.max(0, uidNext - 1);
  const anew = { uidValidity, high: last, below: last + 1, since: wanted, kept: [], fetched: 0, total: null };
  if (known === null) return { ...anew, first: last, connectedAt: now.toISOString() };
  if (known.uidValidity !== uidValidity || isOlder) {
    // What came meanwhile is among all the others: all are read again, those that are here already are known by their bytes.
    return { ...anew, first: 0, connectedAt: known.connectedAt, since: earlier(known.since, wanted) };
  }
  if (earlier(known.since, wanted) === known.since) return known;
  return { ...known, since: wanted, below: Math.max(known.first, known.below - 1) + 1, kept: [], total: null };
}

const earlier = (a: string | null, b: string | null): string | null => (a === null || b === null ? null : a < b ? a : b);

const DAY_MS = 86_400_000;

/** Whether a message lay in the account before the folder was connected. */
export const isHistory = ({ first, connectedAt }: Cursor, uid: number, arrivedAt: Date): boolean =>
  uid <= first || arrivedAt.getTime() < Date.parse(connectedAt) - DAY_MS;

/** After `uids` were kept of an ascending list of new ones, `done` when that was all of them. */
export function above(cursor: Cursor, uids: readonly number[], upTo: number | null): Cursor {
  const fetched = cursor.fetched + uids.length;
  if (upTo === null) return { ...cursor, kept: [...cursor.kept, ...uids].slice(-1000), fetched };
  return { ...cursor, high: Math.max(cursor.high, upTo), kept: cursor.kept.filter((uid) => uid > upTo || uid <= cursor.first), fetched };
}

/** The same for history, which is read downwards: everything from `downTo` on is kept. */
export function beneath(cursor: Cursor, uids: readonly number[], downTo: number | null): Cursor {
  const fetched = cursor.fetched + uids.length;
  if (downTo === null) return { ...cursor, kept: [...cursor.kept, ...uids].slice(-1000), fetched };
  return { ...cursor, below: Math.min(cursor.below, downTo), kept: cursor.kept.filter((uid) => uid < downTo), fetched };
}
