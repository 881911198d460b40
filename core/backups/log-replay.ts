import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';
import { isSegment, openPiece, parseBase, readReach, segmentName } from './log-segments.ts';
import { framesOf } from './wal.ts';

const HEAD = z.object({ pageSize: z.number().int().min(512).max(65_536), marks: z.array(z.tuple([z.number(), z.number()])) });

/** Raises BackupError when the log that lies in `dir` does not reach to that moment, or is cut or altered. */
export async function replayLog(dir: string, key: string, at: Date, file: string): Promise<void> {
  const { base, segments, from, reach } = await runAt(dir, at);
  if (reach < at.getTime())
    throw new BackupError(
      `The log reaches to ${new Date(reach).toISOString()} there.`,
      'Choose that moment, or another one.',
      'no_backups',
    );
  await pipeline(openPiece(base, key), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  const target = await open(file, 'r+');
  try {
    for (const [n, segment] of segments.entries()) {
      if (basename(segment) !== segmentName(from + n)) throw new BackupError('A piece of the log is missing.', undefined, 'differs');
      if (!(await replaySegment(segment, key, at.getTime(), target))) break;
    }
    await target.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await target.close();
  }
}

interface RunThen {
  readonly base: string;
  readonly from: number;
  readonly segments: readonly string[];
  readonly reach: number;
}

/** The newest one of which a copy was complete by then, with its newest such copy. */
async function runAt(dir: string, at: Date): Promise<RunThen> {
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => /^log-\d+$/.test(name)) : [];
  for (const name of names.sort().reverse()) {
    const [place, files] = [join(dir, name), readdirSync(join(dir, name)).sort()];
    const bases = files.flatMap((one) => parseBase(one) ?? []).sort((a, b) => b.at - a.at);
    const base = bases.find((one) => one.at <= at.getTime());
    if (!base) continue;
    const segments = files.filter((one) => isSegment(one) && one >= segmentName(base.from)).map((one) => join(place, one));
    return { base: join(place, base.name), from: base.from, segments, reach: await readReach(place) };
  }
  throw new BackupError(
    `There is no log that goes back to ${at.toISOString()}.`,
    'Choose a later moment, or restore a backup.',
    'no_backups',
  );
}

/** Writes the pages of what had been committed by then; false when that was not all of it. */
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
