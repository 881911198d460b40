import type { Blobs } from '../blobs/blobs.ts';
import { type BlobState, inspectBlob } from '../blobs/inspect.ts';
import { type Scope, transact } from '../db/scope.ts';
import { TemporaryError } from '../lib/errors.ts';
import { readScrub, writeScrub } from './scrub-state.ts';
import { noteBlobState } from './scrub-store.ts';
import type { ScrubState } from './types.ts';
import { type BlobRow, blobsAfter } from './verify-store.ts';

export interface ScrubOptions {
  /** How long one night may take; default an hour. */
  readonly budgetMs?: number;
  /** How much of the disk it takes; default 40 MB a second. */
  readonly bytesPerSecond?: number;
}

const PAGE = 100;

/**
 * Reads stored files and compares them with their hashes, going on where the night before ended and from the beginning after the last
 * one. What is missing or damaged is brought back from the bucket, where there is one, else it is noted, and crossed out again when it is back.
 */
export async function scrubBlobs(
  scope: Scope,
  blobs: Pick<Blobs, 'open' | 'renew'>,
  signal: AbortSignal,
  { budgetMs = 3_600_000, bytesPerSecond = 40_000_000 }: ScrubOptions = {},
): Promise<ScrubState> {
  const endAt = performance.now() + budgetMs;
  let state: ScrubState = { ...(await readScrub(scope)), startedAt: scope.now().toISOString(), files: 0, bytes: 0, wrong: 0 };
  while (!signal.aborted && performance.now() < endAt) {
    const page = await blobsAfter(scope, state.after, PAGE);
    for (const blob of page) {
      if (signal.aborted || performance.now() >= endAt) break;
      const found = await stateOf(blobs, blob, bytesPerSecond);
      await transact(scope, (tx) => noteBlobState(tx, blob.sha256, found));
      const { files, bytes, wrong } = state;
      state = { ...state, after: blob.sha256, files: files + 1, bytes: bytes + blob.bytes, wrong: found === 'ok' ? wrong : wrong + 1 };
    }
    if (page.length === 0) {
      state = { ...state, after: '', wholeAt: scope.now().toISOString() };
      break;
    }
  }
  state = { ...state, endedAt: scope.now().toISOString() };
  await transact(scope, (tx) => writeScrub(tx, state));
  return state;
}

async function stateOf(blobs: Pick<Blobs, 'open' | 'renew'>, blob: BlobRow, bytesPerSecond: number): Promise<BlobState> {
  let found: BlobState = 'missing';
  try {
    found = await inspectBlob(blobs, blob, bytesPerSecond);
    return found === 'damaged' && (await blobs.renew(blob.sha256)) ? await inspectBlob(blobs, blob) : found;
  } catch (error) {
    // The bucket does not answer: what is here counts.
    if (error instanceof TemporaryError) return found;
    throw error;
  }
}
