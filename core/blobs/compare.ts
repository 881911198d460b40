import type { Scope } from '../db/scope.ts';
import { TemporaryError } from '../lib/errors.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Blobs } from './blobs.ts';
import type { Bucket } from './bucket.ts';
import { referredTo } from './references.ts';
import type { Uploads } from './uploads.ts';

export interface ComparedFiles {
  /** In the folder and not in the bucket: they are being copied. */
  readonly copied: number;
  /** The other way round, and something refers to them: they are here again. */
  readonly broughtBack: number;
  /** In the bucket for longer than a day, and nothing refers to them. */
  readonly removed: number;
}

export interface CompareDeps {
  readonly bucket: Bucket;
  readonly blobs: Pick<Blobs, 'folders' | 'has'>;
  readonly uploads: Pick<Uploads, 'add'>;
  readonly log: Log;
}

const DAY_MS = 86_400_000;
const BATCH = 200;
/** More than so many that it does not give are its outage: then the next night goes on. After so many that it does not delete it is asked no more. */
const MAX_REFUSED = 50;

/**
 * Brings bucket and folder to the same files, folder by folder, whatever happened to either: a crash, a restore, an outage, a hand that deleted.
 * One object that the service does not give or delete (a key without that right, a damaged disk there) is left, and the rest compared.
 */
export async function compareWithBucket(
  scope: Scope,
  { bucket, blobs, uploads, log }: CompareDeps,
  signal: AbortSignal,
): Promise<ComparedFiles> {
  const compared = { copied: 0, broughtBack: 0, removed: 0 };
  let number = 0;
  const refused = { gets: 0, removals: 0 };
  let last: TemporaryError | null = null;
  const unlessRefused = async (kind: keyof typeof refused, work: Promise<unknown>): Promise<boolean> => {
    try {
      return (await work) !== false;
    } catch (error) {
      refused[kind] += 1;
      if (!(error instanceof TemporaryError) || refused.gets > MAX_REFUSED) throw error;
      last = error;
      return false;
    }
  };
  for await (const names of blobs.folders()) {
    if (signal.aborted) break;
    const there = new Map(await bucket.list(number.toString(16).padStart(2, '0')));
    number += 1;
    for (const name of names) {
      if (there.delete(name)) continue;
      uploads.add(name);
      compared.copied += 1;
    }
    const alone = [...there.keys()];
    for (let at = 0; at < alone.length && !signal.aborted; at += BATCH) {
      const batch = alone.slice(at, at + BATCH);
      const used = await referredTo(scope, batch);
      for (const name of batch) {
        if (used.has(name)) {
          if (await unlessRefused('gets', blobs.has(name))) compared.broughtBack += 1;
        } else if (refused.removals < MAX_REFUSED && scope.now().getTime() - (there.get(name)?.getTime() ?? 0) > DAY_MS) {
          if (await unlessRefused('removals', bucket.remove(name))) compared.removed += 1;
        }
      }
    }
  }
  if (last !== null) log.warn('bucket_not_compared', { ...refused, ...errorFacts(last) });
  log.info('bucket_compared', compared);
  return compared;
}
