import type { DatabaseTarget } from '../db/connect.ts';
import { BackupError } from './backup-error.ts';
import { type LogIndex, readIndex, type Span, spansOf } from './log-index.ts';
import { openLogPlace } from './log-place.ts';
import { mustReach } from './log-replay.ts';
import { MANIFEST, MANIFEST_SCHEMA, type Manifest, STAGE } from './manifest.ts';
import { mustSuit } from './prepare.ts';
import { existingRepository } from './repository.ts';
import { type BackupPlace, normalKey } from './repository-key.ts';
import { NO_LOCK, restic, type Snapshot, snapshots } from './restic.ts';
import { snapshotBefore } from './restore.ts';
import { problemKey } from './restore-view.ts';
import type { BackupSource } from './restorer.ts';
import type { RestoreProblem } from './types.ts';

export interface Shown {
  readonly snapshot: Pick<Snapshot, 'id' | 'shortId' | 'at' | 'isVerified'>;
  readonly manifest: Manifest;
  /** Why this machine cannot take it over; null when it can. */
  readonly problem: RestoreProblem | null;
}

/** Reads what a place of backups has, without changing anything. All raise BackupError. */
export interface Look {
  /** The newest first. */
  list(source: BackupSource): Promise<readonly Snapshot[]>;
  /** What is in one of them; null when it is not there. */
  at(source: BackupSource, name: string): Promise<Shown | null>;
  /** What the kept changes reach, the newest first; nothing with PostgreSQL. */
  spans(source: BackupSource): Promise<readonly Span[]>;
  /** The backup that a moment goes out from. Raises BackupError `no_moment` when the changes do not reach it. */
  moment(source: BackupSource, at: Date): Promise<Shown>;
}

/** Whether this machine can take over what an archive says about itself. */
export type Judge = (manifest: Manifest) => Pick<Shown, 'manifest' | 'problem'>;

interface Parts {
  readonly place: BackupPlace;
  readonly target: DatabaseTarget;
  readonly migrations: readonly string[];
}

export const createJudge =
  (parts: Pick<Parts, 'target' | 'migrations'>): Judge =>
  (manifest) => ({ manifest, problem: problemOf(() => mustSuit(parts, manifest)) });

export function createLook({ place, target, migrations }: Parts): Look {
  const judge = createJudge({ target, migrations });
  const open = ({ dir, key, elsewhere }: BackupSource) => existingRepository({ ...place, dir }, normalKey(key), elsewhere);
  const index = async ({ dir, key, elsewhere }: BackupSource): Promise<LogIndex> => {
    const log = target.url === null ? openLogPlace({ ...place, dir, key: normalKey(key) }, elsewhere) : null;
    return log === null ? { bases: [], reaches: new Map() } : readIndex(log).finally(() => log.close());
  };
  const shown = async (source: BackupSource, snapshot: Snapshot): Promise<Shown> => ({
    snapshot,
    ...judge(readable(await restic(await open(source), ['dump', NO_LOCK, snapshot.id, `/${STAGE}/${MANIFEST}`]))),
  });
  const list = async (source: BackupSource): Promise<readonly Snapshot[]> => [...(await snapshots(await open(source)))].reverse();
  return {
    list,
    at: async (source, name) => {
      const snapshot = (await list(source)).find(({ shortId }) => shortId === name);
      return snapshot ? shown(source, snapshot) : null;
    },
    spans: async (source) => spansOf(await index(source)),
    moment: async (source, at) => {
      mustReach(await index(source), at);
      return shown(source, await snapshotBefore(await open(source), at));
    },
  };
}

function readable(text: string): Manifest {
  try {
    return MANIFEST_SCHEMA.parse(JSON.parse(text));
  } catch {
    throw new BackupError('This backup has no manifest of ours.', undefined, 'differs');
  }
}

function problemOf(check: () => void): RestoreProblem | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof BackupError) return error.problem;
    throw error;
  }
}

/** What went wrong with a place of backups as the key of its sentence; `empty` stands for what could not be read. */
export async function reading<T>(read: () => Promise<T>, empty: T): Promise<T & { readonly problem: string | null }> {
  try {
    return { ...(await read()), problem: null };
  } catch (error) {
    if (error instanceof BackupError) return { ...empty, problem: problemKey(error.problem) };
    throw error;
  }
}
