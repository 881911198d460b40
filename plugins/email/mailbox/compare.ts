import { setTimeout as wait } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { ChannelHost, FolderComparison, MissingMessage } from '../../../core/plugins/contract.ts';
import type { Cursor, Cursors } from './cursor.ts';
import { announced, fetchGroup, groupsOf, isSuspect, type Shelf, setOf } from './fetch-group.ts';
import { isFolderShut } from './imap-failure.ts';
import type { Line } from './line.ts';
import { search } from './read-folder.ts';
import type { ChosenFolder } from './settings.ts';
import { createStretch } from './stretch.ts';

/** What comparing the folders of one account needs; the connection is its own, so that reading goes on beside it. */
export interface Looking {
  readonly line: Line;
  readonly shelf: Shelf;
  readonly cursors: Cursors;
  readonly numbered: ChannelHost['numbered'];
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** What was kept a moment ago is on its way into the database: it counts as missing when it does not get less for so many looks. */
const LOOKS = 3;
const LOOK_MS = 1_500;
/** More than this is the work of more than one day. */
const MAX_FETCHED = 5_000;
const NAMED = 20;
const NUMBERS_A_SEARCH = 500;
/** A message is asked for once more each day. */
const AT_ONCE = { failures: 1, ms: 0 };
/** Servers hang up with each that they cannot read. */
const MAX_REFUSED = 20;

/**
 * Compares one folder, as far as it was read, by the numbers of its messages: those that the server lists and nobody kept are missing, however
 * many there are on both sides, and are fetched at once. Null: it is not read yet, is no longer there, or its numbers are new.
 */
export async function compareFolder(looking: Looking, folder: ChosenFolder): Promise<FolderComparison | null> {
  const cursor = await looking.cursors.load(folder.path);
  if (cursor === null) return null;
  const client = await opened(looking, folder, cursor);
  if (client === null) return null;
  const server = await listed(client, cursor);
  const { held, missing } = await difference(looking, folder, cursor, server);
  const gone = await goneOf(client, cursor, held, server);
  const some = missing.slice(0, MAX_FETCHED);
  const names = await namesOf(looking, folder, some.slice(0, NAMED));
  const fetched = await fetchAll(looking, folder, cursor, some);
  return { path: folder.path, server: server.size, here: server.size - missing.length + fetched, fetched, gone, missing: names };
}

/** What the server has of that which is kept by now: history down to its date, and all that came since whatever its date. */
async function listed(client: ImapFlow, { below, first, high, since }: Cursor): Promise<ReadonlySet<number>> {
  const dated = { ...(since === null ? {} : { since: new Date(since) }) };
  const uids = new Set<number>();
  const add = async (from: number, to: number, more: { since?: Date }): Promise<void> => {
    if (from > to) return;
    for (const uid of await search(client, { uid: `${from}:${to}`, ...more })) if (uid >= from && uid <= to) uids.add(uid);
  };
  // Of a folder whose messages got new numbers it is not known which of them were there first.
  await add(below, first === 0 ? high : first, dated);
  if (first > 0) await add(first + 1, high, {});
  return uids;
}

async function difference(looking: Looking, folder: ChosenFolder, cursor: Cursor, server: ReadonlySet<number>) {
  for (let before = Number.POSITIVE_INFINITY, looks = 0; ; ) {
    const held = await heldOf(looking, folder, cursor);
    const missing = [...server].filter((uid) => !held.has(uid)).sort((a, b) => a - b);
    looks = missing.length < before ? 1 : looks + 1;
    if (missing.length === 0 || looks === LOOKS) return { held, missing };
    before = missing.length;
    await wait(LOOK_MS, undefined, { signal: looking.signal });
  }
}

async function heldOf({ numbered, shelf, signal }: Looking, { path }: ChosenFolder, { uidValidity }: Cursor): Promise<ReadonlySet<number>> {
  const held = new Set<number>();
  for await (const envelope of numbered(shelf.inboxId)) {
    signal.throwIfAborted();
    if (envelope['folder'] === path && envelope['uidValidity'] === uidValidity) held.add(Number(envelope['uid']));
  }
  return held;
}

/** How many of those that are here the server has no longer. */
async function goneOf(client: ImapFlow, { below, high }: Cursor, held: ReadonlySet<number>, server: ReadonlySet<number>): Promise<number> {
  const doubtful = [...held].filter((uid) => uid >= below && uid <= high && !server.has(uid));
  let there = 0;
  for (let at = 0; at < doubtful.length; at += NUMBERS_A_SEARCH)
    there += (await search(client, { uid: setOf(doubtful.slice(at, at + NUMBERS_A_SEARCH)) })).length;
  return doubtful.length - there;
}

/** Null: it has gone, or its messages have new numbers. */
async function opened({ line }: Looking, { path }: ChosenFolder, { uidValidity }: Cursor): Promise<ImapFlow | null> {
  try {
    const client = await line.inside(path);
    return client.mailbox && String(client.mailbox.uidValidity) === uidValidity ? client : null;
  } catch (error) {
    if (isFolderShut(error)) return null;
    throw error;
  }
}

const UNNAMED: MissingMessage = { subject: '', from: '', at: null };

/** A message that the server cannot show has no name, and takes none from the others. */
async function namesOf({ line, signal }: Looking, { path }: ChosenFolder, uids: readonly number[]): Promise<readonly MissingMessage[]> {
  const all = await named(await line.inside(path), uids).catch(() => null);
  if (all !== null) return all;
  const names: MissingMessage[] = [];
  for (const uid of uids) {
    signal.throwIfAborted();
    const client = await line.inside(path);
    names.push(...(await named(client, [uid]).catch(() => [UNNAMED])));
  }
  return names;
}

async function named(client: ImapFlow, uids: readonly number[]): Promise<readonly MissingMessage[]> {
  const names: MissingMessage[] = [];
  if (uids.length === 0) return names;
  const what = { uid: true, envelope: true, internalDate: true } as const;
  for await (const { envelope, internalDate } of client.fetch(setOf(uids), what, { uid: true }))
    names.push({
      subject: (envelope?.subject ?? '').slice(0, 200),
      from: (envelope?.from?.[0]?.address ?? '').slice(0, 200),
      at: internalDate === undefined ? null : new Date(internalDate),
    });
  return names;
}

/** Answers how many were had. Those that the server does not hand over keep none of the others from being fetched. */
async function fetchAll(looking: Looking, folder: ChosenFolder, cursor: Cursor, uids: readonly number[]): Promise<number> {
  const { shelf, now, signal } = looking;
  const stretch = createStretch(now, AT_ONCE);
  let left = uids;
  let fetched = 0;
  let refused = 0;
  while (left.length > 0 && refused < MAX_REFUSED) {
    const some = left.slice(0, stretch.width);
    const kept = new Set<number>();
    const client = await opened(looking, folder, cursor);
    if (client === null) break;
    try {
      for (const group of groupsOf(await announced(client, some))) {
        signal.throwIfAborted();
        await fetchGroup(client, shelf, folder, cursor, group, (uid) => void kept.add(uid));
      }
      stretch.had();
      left = left.slice(some.length);
    } catch (error) {
      if (signal.aborted || !isSuspect(error)) throw error;
      if (kept.size > 0) stretch.partly();
      else if (stretch.failed()) {
        refused += 1;
        left = left.slice(1);
      }
      left = left.filter((uid) => !kept.has(uid));
    }
    fetched += kept.size;
  }
  return fetched;
}
