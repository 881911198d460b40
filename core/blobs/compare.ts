import type { Scope } from '../db/scope.ts';
import type { Log } from '../lib/log.ts';
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

/** Brings bucket and folder to the same files, folder by folder, whatever happened to either: a crash, a restore, an outage, a hand that deleted. */
export async function compareWithBucket(
  scope: Scope,
  { bucket, blobs, uploads, log }: CompareDeps,
  signal: AbortSignal,
): Promise<ComparedFiles> {
  const compared = { copied: 0, broughtBack: 0, removed: 0 };
  let number = 0;
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
          if (await blobs.has(name)) compared.broughtBack += 1;
        } else if (scope.now().getTime() - (there.get(name)?.getTime() ?? 0) > DAY_MS) {
          await bucket.remove(name);
          compared.removed += 1;
        }
      }
    }
  }
  log.info('bucket_compared', compared);
  return compared;
}
