import type { ImapFlow } from 'imapflow';
import { above, beneath, type Cursor, type Cursors, cursorFor } from './cursor.ts';
import { type Announced, announced, fetchGroup, groupsOf, isSuspect, type Shelf } from './fetch-group.ts';
import { openFolder } from './open-folder.ts';
import type { ChosenFolder } from './settings.ts';
import type { Stretch } from './stretch.ts';

/** What reading the folders of one account needs. */
export interface Reading {
  readonly client: ImapFlow;
  readonly shelf: Shelf;
  readonly cursors: Cursors;
  readonly since: Date | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Messages were kept, or a folder is known better: the cursor as it stands now. */
  readonly onMoved: (path: string, cursor: Cursor) => void;
  /** Outlives the connection. */
  readonly stretchOf: (path: string) => Stretch;
  /** A message was passed over, because the server lists it and does not hand it over. */
  readonly onWithheld: (path: string, uid: number, error: unknown) => void;
}

/** So many UIDs are looked through for history at a time; more while there is nothing in them. */
const WINDOW = 500;
const MAX_WINDOW = 200_000;

/** Opens the folder without marking anything and answers where reading goes on. */
async function opened(reading: Reading, folder: ChosenFolder): Promise<Cursor> {
  const { client, cursors, since, now } = reading;
  const known = await cursors.load(folder.path);
  const before = client.mailbox;
  const { uidValidity, uidNext } = await selected(client, folder.path, known === null);
  const isOlder = known !== null && client.mailbox !== before && (await isTakenBack(client, known, uidNext));
  const next = uidNext || (await highestOf(client)) + 1;
  const cursor = cursorFor(known, { uidValidity: String(uidValidity), uidNext: next, isOlder }, since, now());
  if (cursor === known) return cursor;
  const total = await countHistory(client, cursor);
  return save(reading, folder, { ...cursor, total: total === null ? null : cursor.fetched + total });
}

/** The next number is one that was given before, and none of those that were given since is there: whoever has them now came later. */
const isTakenBack = async (client: ImapFlow, { high }: Cursor, uidNext: number): Promise<boolean> =>
  uidNext > 0 && uidNext <= high && (await highestOf(client)) < uidNext;

/** Fetches all that came since, whatever its flags and dates. */
export async function readNew(reading: Reading, folder: ChosenFolder): Promise<void> {
  const cursor = await opened(reading, folder);
  // `n:*` names the newest message also when it is older than n.
  const uids = (await search(reading.client, { uid: `${cursor.high + 1}:*` })).filter((uid) => uid > cursor.high).sort((a, b) => a - b);
  await readAll(reading, folder, cursor, uids, above);
}

/** Fetches the next stretch of what was there before, newest first. False: nothing of it is left. */
export async function readHistory(reading: Reading, folder: ChosenFolder): Promise<boolean> {
  const known = await reading.cursors.load(folder.path);
  if (known === null || known.below <= 1) return false;
  let cursor = await opened(reading, folder);
  for (let width = WINDOW; cursor.below > 1; width = Math.min(MAX_WINDOW, width * 4)) {
    reading.signal.throwIfAborted();
    const { below } = cursor;
    const from = Math.max(1, below - width);
    const found = await search(reading.client, { uid: `${from}:${below - 1}`, ...sinceOf(cursor) });
    const uids = found.filter((uid) => uid >= from && uid < below).sort((a, b) => b - a);
    cursor = await readAll(reading, folder, cursor, uids, beneath);
    cursor = await save(reading, folder, beneath(cursor, [], from));
    if (uids.length > 0) break;
  }
  return cursor.below > 1;
}

/**
 * As every mail program opens it (SELECT), marking nothing: to whom only looks in (EXAMINE) Courier gives numbers that it has forgotten with
 * the next connection. Opening a folder costs a server as much as it holds: one that is open already, whose numbers cannot change until it
 * is closed, is only asked for what came since.
 */
async function selected(client: ImapFlow, path: string, isNew: boolean): Promise<{ uidValidity: bigint; uidNext: number }> {
  const { mailbox } = client;
  if (isNew || !mailbox || mailbox.path !== path) return openFolder(client, path);
  await client.noop();
  return mailbox;
}

type Step = (cursor: Cursor, uids: readonly number[], covered: number | null) => Cursor;

/** Fetches these in their order, stretch after stretch; the cursor moves with what is on disk, also when the connection breaks in between. */
async function readAll(reading: Reading, folder: ChosenFolder, from: Cursor, uids: readonly number[], step: Step): Promise<Cursor> {
  const stretch = reading.stretchOf(folder.path);
  let cursor = from;
  const move = async (kept: readonly number[], covered: number | null): Promise<void> => {
    cursor = await save(reading, folder, step(cursor, kept, covered));
  };
  for (let at = 0; at < uids.length; ) {
    const some = uids.slice(at, at + stretch.width);
    const [before, last] = [cursor, some.at(-1) ?? 0];
    try {
      await readSome(reading, folder, () => cursor, some, move);
    } catch (error) {
      if (reading.signal.aborted || !isSuspect(error)) throw error;
      if (cursor !== before) stretch.partly();
      else if (stretch.failed()) {
        await move([], last);
        reading.onWithheld(folder.path, last, error);
      }
      throw error;
    }
    stretch.had();
    await move([], last);
    at += some.length;
  }
  return cursor;
}

async function readSome(
  { client, shelf, signal }: Reading,
  folder: ChosenFolder,
  cursor: () => Cursor,
  uids: readonly number[],
  move: (kept: readonly number[], covered: number | null) => Promise<void>,
): Promise<void> {
  const known = new Set(cursor().kept);
  const order = new Map(uids.map((uid, index) => [uid, index]));
  const wanted = await announced(
    client,
    uids.filter((uid) => !known.has(uid)),
  );
  const sorted: Announced[] = wanted.toSorted((a, b) => (order.get(a.uid) ?? 0) - (order.get(b.uid) ?? 0));
  for (const group of groupsOf(sorted)) {
    signal.throwIfAborted();
    const kept: number[] = [];
    try {
      await fetchGroup(client, shelf, folder, cursor(), group, (uid) => void kept.push(uid));
    } catch (error) {
      if (kept.length > 0) await move(kept, null);
      throw error;
    }
    await move(kept, group.at(-1)?.uid ?? null);
  }
}

async function save({ cursors, onMoved }: Reading, { path }: ChosenFolder, cursor: Cursor): Promise<Cursor> {
  await cursors.save(path, cursor);
  onMoved(path, cursor);
  return cursor;
}

const sinceOf = ({ since }: Cursor): { since?: Date } => (since === null ? {} : { since: new Date(since) });

/** A refused search is not an empty one. */
export async function search(client: ImapFlow, query: { uid: string; since?: Date }): Promise<readonly number[]> {
  const found = await client.search(query, { uid: true });
  if (!Array.isArray(found)) throw new Error('The server refused a search');
  return found;
}

async function countHistory(client: ImapFlow, cursor: Cursor): Promise<number | null> {
  if (cursor.below <= 1) return 0;
  if (cursor.since === null) return client.mailbox ? client.mailbox.exists : null;
  return (await search(client, { uid: `1:${cursor.below - 1}`, ...sinceOf(cursor) })).length;
}

/** Of a server that does not say which number comes next. */
async function highestOf(client: ImapFlow): Promise<number> {
  if (!client.mailbox || client.mailbox.exists === 0) return 0;
  return (await search(client, { uid: '*' })).reduce((most, uid) => Math.max(most, uid), 0);
}
