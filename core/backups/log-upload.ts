import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogPlace } from './log-place.ts';
import { BASES, FILES, isSegment, parseBase, parseFile, parseReach, piecesOf, REACHES, type Reach } from './log-segments.ts';

export interface Uploader {
  /** Stored files and pieces, then how far they reach; answers that moment, null before the first. */
  pieces(): Promise<number | null>;
  /** Copies of the database, which may take an hour: beside the pieces. */
  bases(): Promise<void>;
}

/** While nothing happens a note a minute is enough. */
const IDLE_MS = 60_000;

/** Moves what was written into the folder `dir` to the store, each piece as soon as it is whole. What could not be moved stays, and nothing is missing later. */
export function createUploader(dir: string, store: LogPlace, now: () => number): Uploader {
  const noted = new Map<number, Reach>();
  let notedAt = 0;
  /** Something is there that no note promises yet: it may have been written after the notes were read. */
  let isOwed = false;

  const move = async (folder: string, isOurs: (name: string) => boolean): Promise<number> => {
    const names = (await readdir(join(dir, folder)).catch(() => [])).filter(isOurs).sort();
    for (const name of names) {
      await store.put(`${folder}/${name}`, join(dir, folder, name));
      await rm(join(dir, folder, name));
    }
    return names.length;
  };
  const isRun = (name: string): boolean => /^\d+$/.test(name);

  return {
    pieces: async () => {
      // Everything that these promise is there by now.
      const reaches = (await readdir(join(dir, REACHES)).catch(() => []))
        .flatMap((name) => parseReach(name) ?? [])
        .sort((a, b) => a.run - b.run || a.to - b.to);
      const runs = (await readdir(join(dir, 'pieces')).catch(() => [])).filter(isRun).map(Number);
      let moved = await move(FILES, (name) => parseFile(name) !== null);
      for (const run of runs.sort((a, b) => a - b)) moved += await move(piecesOf(run), isSegment);
      const newest = reaches.at(-1)?.run;
      isOwed ||= moved > 0;
      for (const run of runs)
        if (newest !== undefined && run < newest) await rm(join(dir, piecesOf(run)), { recursive: true, force: true });
      for (const reach of reaches) {
        const before = noted.get(reach.run);
        if (before?.to === reach.to || (reach.run === newest && !isOwed && before && now() - notedAt < IDLE_MS)) continue;
        const file = join(dir, REACHES, reach.name);
        // Its shipper went on meanwhile: the next time.
        if (!(await stat(file).catch(() => null))) continue;
        await store.put(`${REACHES}/${reach.name}`, file);
        if (before) await store.remove([`${REACHES}/${before.name}`]);
        noted.set(reach.run, reach);
        notedAt = now();
        if (reach.run === newest && moved === 0) isOwed = false;
        // Of those that are over nothing more comes.
        if (reach.run !== newest) await rm(file, { force: true });
      }
      return newest === undefined ? null : (noted.get(newest)?.to ?? null);
    },
    bases: async () => {
      await move(BASES, (name) => parseBase(name) !== null);
    },
  };
}
