import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BackupError } from './backup-error.ts';
import { unpackFiles } from './log-files.ts';
import { newestReach, readIndex } from './log-index.ts';
import type { LogPlace } from './log-place.ts';
import { bringBase, isGap, mustReach, type Pieces, piecesFrom, replayPieces } from './log-replay.ts';
import type { Base } from './log-segments.ts';
import { mustHaveLog, prepareRestore, type RestoreParts, type RestoreSource, soundAt } from './prepare.ts';
import { changePlaces, type PlaceParts, type Restored } from './restore.ts';
import { readStandby, removeStandby, type StandbyState, writeStandby } from './standby-state.ts';
import { pendingSwap } from './swap.ts';

export interface StandbyParts extends RestoreParts, Pick<PlaceParts, 'path'> {
  readonly log: LogPlace;
  /** The recovery key. */
  readonly key: string;
  /** The backup to begin with. */
  readonly source: () => Promise<RestoreSource>;
}

/** What lies beside no data yet, laid out as it will lie. */
const FOLDER = 'standby';

/**
 * A second machine that has what the first one has, some seconds later: the newest backup, and onto it what the first one ships of its log
 * (log-ship.ts). Nothing opens that database before `takeOver`, so it stays as the log makes it.
 */
export interface Standby {
  /** Fetches what is new. Answers up to when nothing is missing. Raises BackupError; what is here stays. */
  follow(): Promise<Date>;
  /** Everything that is here becomes the data of this machine, once it was found sound. Raises BackupError, and then it stays a standby. */
  takeOver(): Promise<Restored>;
}

/** Goes on with what is here, or fetches the newest backup. Raises BackupError. */
export async function openStandby(parts: StandbyParts): Promise<Standby> {
  mustHaveLog(parts);
  const { dataDir, log, key, target } = parts;
  const place = join(dataDir, FOLDER);
  const file = join(place, basename(target.file));
  const scratch = join(dataDir, '.cache');
  const known = new Set<string>();
  const found = existsSync(file) ? await readStandby(dataDir) : null;
  let state = found ?? (await begin(parts, place));

  const note = async (next: StandbyState): Promise<void> => {
    await writeStandby(dataDir, next);
    state = next;
  };

  /** The copy of the base with all that came after it, in the place of what is here. */
  const beginAnew = async (base: Base, pieces: Pieces): Promise<void> => {
    const fresh = `${file}.new`;
    await rm(fresh, { force: true });
    await bringBase(log, key, base, fresh, scratch);
    await replayPieces(log, key, pieces, Number.POSITIVE_INFINITY, fresh, scratch);
    await rename(fresh, file);
  };

  return {
    follow: async () => {
      await mkdir(scratch, { recursive: true, mode: 0o700 });
      const index = await readIndex(log);
      const base = mustReach(index, new Date(newestReach(index)));
      const reached = index.reaches.get(base.run) ?? 0;
      const next = state.run === base.run ? await piecesFrom(log, base.run, state.seq + 1) : [];
      const isNew = state.run !== base.run || isGap(next, state.seq + 1);
      const from = isNew ? base.from : state.seq + 1;
      const names = isNew ? await piecesFrom(log, base.run, from) : next;
      const pieces = { run: base.run, from, names };
      const done = { ...state, run: base.run, seq: from + names.length - 1, reached, isWhole: true };
      // Those that a piece names were there before it.
      if (isNew || names.length > 0) await unpackFiles(log, key, join(place, 'blobs'), scratch, known);
      if (isNew) await beginAnew(base, pieces);
      else if (names.length > 0) {
        await note({ ...state, isWhole: false });
        await replayPieces(log, key, pieces, Number.POSITIVE_INFINITY, file, scratch);
      }
      if (isNew || names.length > 0 || reached !== state.reached) await note(done);
      return new Date(reached);
    },
    takeOver: async () => {
      const { run, reached, isWhole, manifest } = state;
      const help = 'Let it run until it says that it is ready: centrala standby';
      if (run === null || !isWhole) throw new BackupError('This standby has no whole copy yet.', help, 'differs');
      const { manifest: then, lost } = await soundAt(parts, place, manifest, new Date(reached));
      const from = `restore-${parts.now().toISOString().replaceAll(/\D/g, '')}`;
      await rename(place, join(dataDir, from));
      const restored = await changePlaces(parts, { from, manifest: then, files: then.tables['blobs'] ?? 0, lost }, null).catch(
        async (error) => {
          // What the swap has begun, the next start ends.
          if (pendingSwap(dataDir) === null) await rename(join(dataDir, from), place);
          throw error;
        },
      );
      await removeStandby(dataDir);
      return restored;
    },
  };
}

async function begin(parts: StandbyParts, place: string): Promise<StandbyState> {
  await rm(place, { recursive: true, force: true });
  const { from, manifest } = await prepareRestore(parts, await parts.source());
  await rename(join(parts.dataDir, from), place);
  const state = { manifest, run: null, seq: 0, reached: 0, isWhole: true };
  await writeStandby(parts.dataDir, state);
  return state;
}

/** Two machines at work would answer customers twice: raises BackupError when the first one brings something away within so many milliseconds. */
export async function mustBeSilent(log: LogPlace, watchMs: number): Promise<void> {
  const before = newestReach(await readIndex(log));
  await wait(watchMs);
  if (newestReach(await readIndex(log)) <= before) return;
  const help = 'Stop it first. Only when it cannot be reached and will never start again: --force';
  throw new BackupError('The first machine is at work: it has just brought changes away.', help, 'busy');
}
