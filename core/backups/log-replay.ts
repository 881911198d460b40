import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';
import { withFetched } from './log-files.ts';
import { type LogIndex, readIndex } from './log-index.ts';
import type { LogPlace } from './log-place.ts';
import { BASES, type Base, isSegment, openPiece, piecesOf, segmentName } from './log-segments.ts';
import { framesOf } from './wal.ts';

const HEAD = z.object({ pageSize: z.number().int().min(512).max(65_536), marks: z.array(z.tuple([z.number(), z.number()])) });

/** Pieces that lie here at once. */
const AT_ONCE = 200;

/** Raises BackupError when the log of the store does not reach to that moment, or is cut or altered. `scratch`: a folder for a while. */
export async function replayLog(store: LogPlace, key: string, at: Date, file: string, scratch: string): Promise<void> {
  const base = mustReach(await readIndex(store), at);
  const names = await piecesFrom(store, base.run, base.from);
  try {
    await bringBase(store, key, base, file, scratch);
    await replayPieces(store, key, { run: base.run, from: base.from, names }, at.getTime(), file, scratch);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Names of the pieces of a run from that number on. */
export const piecesFrom = async (store: LogPlace, run: number, from: number): Promise<readonly string[]> =>
  (await store.list(piecesOf(run), segmentName(from - 1))).filter(isSegment);

/** That one of `names`, which begin with piece `from`, is not there. */
export const isGap = (names: readonly string[], from: number): boolean => names.some((name, n) => name !== segmentName(from + n));

/** Writes the copy that a base is into `file`, which must not be there. */
export async function bringBase(store: LogPlace, key: string, base: Base, file: string, scratch: string): Promise<void> {
  await withFetched(store, [`${BASES}/${base.name}`], scratch, (dir) =>
    pipeline(openPiece(join(dir, BASES, base.name), key), createWriteStream(file, { flags: 'wx', mode: 0o600 })),
  );
}

/** Pieces of one run, whose first has the number `from`. */
export interface Pieces {
  readonly run: number;
  readonly from: number;
  readonly names: readonly string[];
}

/** Replays what they hold of the time up to `atMs` onto the database `file`. Raises BackupError when one of those it needs is missing, cut or altered. */
export async function replayPieces(
  store: LogPlace,
  key: string,
  { run, from, names }: Pieces,
  atMs: number,
  file: string,
  scratch: string,
): Promise<void> {
  const target = await open(file, 'r+');
  try {
    let isOver = false;
    for (let n = 0; n < names.length && !isOver; n += AT_ONCE) {
      const some = names.slice(n, n + AT_ONCE);
      if (isGap(some, from + n)) throw new BackupError('A piece of the log is missing.', undefined, 'differs');
      const paths = some.map((name) => `${piecesOf(run)}/${name}`);
      isOver = await withFetched(store, paths, scratch, async (dir) => {
        for (const path of paths) if (!(await replaySegment(join(dir, path), key, atMs, target))) return true;
        return false;
      });
    }
    await target.sync();
  } finally {
    await target.close();
  }
}

/** The copy from which one comes to that moment: of the newest run that had one by then. Raises BackupError when none does. */
export function mustReach({ bases, reaches }: LogIndex, at: Date): Base {
  const base = [...bases].sort((a, b) => b.run - a.run || b.at - a.at).find((one) => one.at <= at.getTime());
  if (!base)
    throw new BackupError(
      `There is no log that goes back to ${at.toISOString()}.`,
      'Choose a later moment, or restore a backup.',
      'no_moment',
    );
  const reach = reaches.get(base.run) ?? 0;
  if (reach >= at.getTime()) return base;
  throw new BackupError(
    `The log reaches to ${new Date(Math.max(reach, base.at)).toISOString()} there.`,
    'Choose that moment, or another one.',
    'no_moment',
  );
}

/** Writes the pages of what had been committed by then; false when that was not all of it. Doing it again changes nothing. */
async function replaySegment(path: string, key: string, atMs: number, target: FileHandle): Promise<boolean> {
  const bytes = await buffer(openPiece(path, key));
  const end = bytes.indexOf('\n');
  const { pageSize, marks } = HEAD.parse(JSON.parse(bytes.subarray(0, end).toString()));
  const wanted = marks.findLast(([at]) => at <= atMs)?.[1] ?? 0;
  let pages = 0;
  for (const { page, commit, data } of framesOf(bytes.subarray(end + 1, end + 1 + wanted), pageSize)) {
    await target.write(data, 0, data.length, (page - 1) * pageSize);
    if (commit > 0) pages = commit;
  }
  if (pages > 0) await target.truncate(pages * pageSize);
  return wanted === marks.at(-1)?.[1];
}
