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
  const pieces = (await store.list(piecesOf(base.run))).filter((one) => isSegment(one) && one >= segmentName(base.from));
  await withFetched(store, [`${BASES}/${base.name}`], scratch, (dir) =>
    pipeline(openPiece(join(dir, BASES, base.name), key), createWriteStream(file, { flags: 'wx', mode: 0o600 })),
  );
  const target = await open(file, 'r+');
  try {
    let isOver = false;
    for (let n = 0; n < pieces.length && !isOver; n += AT_ONCE) {
      const some = pieces.slice(n, n + AT_ONCE);
      const isGap = some.some((name, more) => name !== segmentName(base.from + n + more));
      if (isGap) throw new BackupError('A piece of the log is missing.', undefined, 'differs');
      const names = some.map((name) => `${piecesOf(base.run)}/${name}`);
      isOver = await withFetched(store, names, scratch, async (dir) => {
        for (const name of names) if (!(await replaySegment(join(dir, name), key, at.getTime(), target))) return true;
        return false;
      });
    }
    await target.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
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
export async function replaySegment(path: string, key: string, atMs: number, target: FileHandle): Promise<boolean> {
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
