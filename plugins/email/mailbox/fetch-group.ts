import type { FetchMessageObject, ImapFlow } from 'imapflow';
import type { InboxId } from '../../../core/lib/ids.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import type { Cursor } from './cursor.ts';
import { isHistory } from './cursor.ts';
import { isForAll } from './imap-failure.ts';
import type { ChosenFolder } from './settings.ts';

/** The disk or a limit leaves no room: nothing is fetched until there is some. */
export class NoRoomError extends Error {}

/** The server handed a message over, and it could not be written down here. */
export class NotKeptError extends Error {}

/** Whether this very message may be why it was not handed over: not when there is no room here, and not when the server gives nobody anything now. */
export const isSuspect = (error: unknown): boolean => !(error instanceof NoRoomError || error instanceof NotKeptError) && !isForAll(error);

export interface Shelf {
  readonly inboxId: InboxId;
  readonly host: Pick<ChannelHost, 'keep' | 'hasRoom' | 'backlog' | 'log'>;
  readonly maxBytes: number;
}

/** A message as the server announces it. */
export interface Announced {
  readonly uid: number;
  readonly bytes: number;
  readonly arrivedAt: Date;
}

const GROUP_BYTES = 1024 * 1024;
const GROUP_MESSAGES = 100;
/** So much may be on its way to the disk at a time; keeps that wait together share one commit. */
const PENDING_BYTES = 8 * 1024 * 1024;

/** Size and time of arrival of these messages; those that are gone meanwhile are absent. */
export async function announced(client: ImapFlow, uids: readonly number[]): Promise<readonly Announced[]> {
  if (uids.length === 0) return [];
  const found: Announced[] = [];
  for await (const { uid, size, internalDate } of client.fetch(setOf(uids), { uid: true, size: true, internalDate: true }, { uid: true }))
    found.push({ uid, bytes: size ?? 0, arrivedAt: timeOf(internalDate) });
  const wanted = new Set(uids);
  return found.filter(({ uid }) => wanted.has(uid));
}

/** Of a server that names none, or a day that no calendar has, it is the moment at which it is read. */
function timeOf(internalDate: Date | string | undefined): Date {
  const at = new Date(internalDate ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? new Date() : at;
}

/** In the order given, as many to a group as are asked for in one go. */
export function* groupsOf(messages: readonly Announced[]): Generator<readonly Announced[]> {
  let group: Announced[] = [];
  let bytes = 0;
  for (const one of messages) {
    if (group.length > 0 && (group.length >= GROUP_MESSAGES || bytes + one.bytes > GROUP_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(one);
    bytes += one.bytes;
  }
  if (group.length > 0) yield group;
}

/**
 * Fetches a group, without any mark being left on the server, and keeps each message. `onKept` is told of each that is on disk, also when the
 * rest cannot be had because the connection broke: then it rejects when all that came is settled.
 */
export async function fetchGroup(
  client: ImapFlow,
  shelf: Shelf,
  folder: ChosenFolder,
  cursor: Cursor,
  group: readonly Announced[],
  onKept: (uid: number) => void,
): Promise<void> {
  if (!(await shelf.host.hasRoom(shelf.inboxId))) throw new NoRoomError('There is no room for more messages');
  const byUid = new Map(group.map((one) => [one.uid, one]));
  const pending = new Set<Promise<void>>();
  let bytes = 0;
  let failure: unknown = null;
  const keep = (one: Announced, body: Buffer, isCut: boolean): void => {
    bytes += body.length;
    const kept = keepOne(shelf, folder, cursor, one, body, isCut)
      .then(() => onKept(one.uid))
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => {
        bytes -= body.length;
        pending.delete(kept);
      });
    pending.add(kept);
  };
  const take = async (messages: AsyncIterable<FetchMessageObject>, isCut: boolean): Promise<void> => {
    for await (const { uid, source, headers } of messages) {
      const one = byUid.get(uid);
      const body = isCut ? headers : source;
      if (one === undefined || body === undefined) continue;
      byUid.delete(uid);
      keep(one, body, isCut);
      while (bytes > PENDING_BYTES) await Promise.race(pending);
    }
  };
  const whole = group.filter((one) => one.bytes <= shelf.maxBytes).map(({ uid }) => uid);
  const isLeft = (): boolean => byUid.size > 0;
  try {
    if (whole.length > 0) await take(client.fetch(setOf(whole), { uid: true, source: true }, { uid: true }), false);
    // What is left is too large, gone meanwhile, or the server cannot read it: then its head at least.
    if (isLeft()) await take(client.fetch(setOf([...byUid.keys()]), { uid: true, headers: true }, { uid: true }), true);
    if (isLeft() && (await areThere(client, [...byUid.keys()])))
      throw new Error('The server does not hand over all messages of this folder');
  } finally {
    await Promise.all(pending);
  }
  if (failure !== null) throw new NotKeptError(failure instanceof Error ? failure.message : String(failure), { cause: failure });
}

async function areThere(client: ImapFlow, uids: readonly number[]): Promise<boolean> {
  const found = await client.search({ uid: setOf(uids) }, { uid: true });
  return !Array.isArray(found) || found.length > 0;
}

async function keepOne(shelf: Shelf, folder: ChosenFolder, cursor: Cursor, one: Announced, body: Buffer, isCut: boolean): Promise<void> {
  const { uid, arrivedAt, bytes } = one;
  const envelope = {
    source: 'imap',
    folder: folder.path,
    role: folder.role,
    uid: String(uid),
    uidValidity: cursor.uidValidity,
    arrivedAt: arrivedAt.toISOString(),
    ...(isHistory(cursor, uid, arrivedAt) ? { history: 'yes' } : {}),
    // Its head stands for it; the rest is too large and stays in the account.
    ...(isCut ? { leftBytes: String(bytes) } : {}),
  };
  const { inboxId, maxBytes, host } = shelf;
  const most = Math.max(maxBytes, body.length);
  const raw = { inboxIds: [inboxId], contentType: 'message/rfc822', envelope, body: once(body), maxBytes: most, isPatient: true } as const;
  const result = await host.keep(raw);
  if (result.state !== 'kept') throw new Error('A message was not kept');
}

async function* once(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}

/** `1:4,7` in any order of the numbers. */
export function setOf(uids: readonly number[]): string {
  const sorted = [...uids].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const uid of sorted) {
    const last = runs.at(-1);
    if (last && uid <= last[1] + 1) last[1] = uid;
    else runs.push([uid, uid]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
}
