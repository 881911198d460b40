import { setTimeout as wait } from 'node:timers/promises';
import { type Scope, transact } from '../db/scope.ts';
import type { Log } from '../lib/log.ts';
import type { Blobs } from './blobs.ts';
import { markUnused, referredTo } from './references.ts';

export interface CollectDeps {
  readonly blobs: Pick<Blobs, 'folders' | 'ageMs' | 'discard'>;
  readonly log: Log;
}

/** Whoever stores a file refers to it within moments, or, in a spool that could not be emptied, brings it back. */
const MIN_AGE_MS = 86_400_000;
const BATCH = 50;
const PAUSE_MS = 10;

/**
 * Puts aside stored files that nothing refers to: attachments of duplicates and of reports, leftovers of crashes. They lie in the trash for
 * a day, so that a race loses nothing. Answers how many.
 */
export async function collectStrays(scope: Scope, { blobs, log }: CollectDeps, signal: AbortSignal): Promise<number> {
  let strays = 0;
  for await (const names of blobs.folders())
    for (let at = 0; at < names.length && !signal.aborted; at += BATCH) {
      strays += await discardStrays(scope, blobs, names.slice(at, at + BATCH));
      await wait(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  if (strays > 0) log.info('stray_files_discarded', { files: strays });
  return strays;
}

async function discardStrays(scope: Scope, blobs: CollectDeps['blobs'], names: readonly string[]): Promise<number> {
  const used = await referredTo(scope, names);
  const lonely = names.filter((name) => !used.has(name));
  const ages = await Promise.all(lonely.map((name) => blobs.ageMs(name)));
  const old = lonely.filter((_name, index) => (ages[index] ?? 0) > MIN_AGE_MS);
  if (old.length === 0) return 0;
  const unused = await transact(scope, (tx) => markUnused(tx, old));
  for (const name of unused) await blobs.discard(name);
  return unused.length;
}
