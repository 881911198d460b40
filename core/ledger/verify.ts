import type { Blobs } from '../blobs/blobs.ts';
import { inspectBlob } from '../blobs/inspect.ts';
import type { Scope } from '../db/scope.ts';
import { allDays, wrongCounts } from './day-store.ts';
import type { Finding } from './finding.ts';
import { storedFiles } from './stored-files.ts';
import type { BlobProblem } from './types.ts';
import { verifyChain, verifyRows } from './verify-chain.ts';

export interface VerifyOptions {
  /** Only files stored since this day ("2026-11-01"); the chain is always proved whole. Null = all. */
  readonly since: string | null;
  /** Told of every file that was read. */
  readonly onBlob?: (bytes: number) => void;
}

/** Proves the ledger: the chain, the rows and the counters against each other, and every stored file against its hash. */
export async function* verifyLedger(scope: Scope, blobs: Pick<Blobs, 'open'>, options: VerifyOptions): AsyncGenerator<Finding> {
  yield* verifyChain(scope);
  yield* verifyRows(scope);
  yield* verifyCounts(scope);
  yield* verifyBlobs(scope, blobs, options);
}

/** Counts every day anew, a day at a time, so that a running product can do it at night. */
export async function* verifyCounts(scope: Scope): AsyncGenerator<Finding> {
  for (const day of await allDays(scope))
    for (const { inboxId, status, n, counted } of await wrongCounts(scope, day))
      yield { kind: 'count_wrong', detail: `${day}, inbox ${inboxId}: ${counted} rows are "${status}", the counter says ${n}` };
}

async function* verifyBlobs(scope: Scope, blobs: Pick<Blobs, 'open'>, options: VerifyOptions): AsyncGenerator<Finding> {
  for await (const { sha256, bytes, problem } of wrongFiles(scope, blobs, options))
    yield { kind: `blob_${problem}`, detail: `${sha256} (${bytes} bytes)` };
}

/** Reads every stored file; answers those that are not what their names say. */
export async function* wrongFiles(
  scope: Scope,
  blobs: Pick<Blobs, 'open'>,
  { since, onBlob }: VerifyOptions,
): AsyncGenerator<Omit<BlobProblem, 'foundAt'> & { readonly bytes: number }> {
  for await (const page of storedFiles(scope, since))
    for (const { sha256, bytes } of page) {
      const state = await inspectBlob(blobs, { sha256, bytes });
      onBlob?.(bytes);
      if (state !== 'ok') yield { sha256, bytes, problem: state };
    }
}
