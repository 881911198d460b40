import { type Scope, transact } from '../db/scope.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { countBlobProblems, listBlobProblems, noteBlobState } from './scrub-store.ts';
import type { BlobProblem } from './types.ts';

/** Tells of each file that it has put back. */
export type BringBack = (
  wanted: readonly string[],
  onBack: (sha256: string, from: string) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

export interface BroughtBack {
  readonly sha256: string;
  /** What had it: the short name of a backup, or `log`. */
  readonly from: string;
}

/** Notes what somebody who read the stored files has found, as the nights do. */
export async function noteWrong(scope: Scope, wrong: readonly Omit<BlobProblem, 'foundAt'>[]): Promise<void> {
  await transact(scope, async (tx) => {
    for (const { sha256, problem } of wrong) await noteBlobState(tx, sha256, problem);
  });
}

/** Has stored files that are noted as missing or damaged put back, and crosses out each that is, also when that ends halfway. Raises what `bring` raises. */
export async function repairFiles(
  scope: Scope,
  bring: BringBack,
  wrong: readonly Pick<BlobProblem, 'sha256'>[],
  signal: AbortSignal,
): Promise<readonly BroughtBack[]> {
  const back: BroughtBack[] = [];
  const onBack = async (sha256: string, from: string): Promise<void> => {
    back.push({ sha256, from });
    await transact(scope, (tx) => noteBlobState(tx, sha256, 'ok'));
  };
  if (wrong.length > 0)
    await bring(
      wrong.map(({ sha256 }) => sha256),
      onBack,
      signal,
    );
  return back;
}

const MAX_A_NIGHT = 10_000;

/** The same for what the nights found. What goes wrong is in the log: the next night tries again. */
export async function repairKnown(scope: Scope, bring: BringBack, log: Log, signal: AbortSignal): Promise<void> {
  const wrong = await listBlobProblems(scope, MAX_A_NIGHT);
  if (wrong.length === 0) return;
  try {
    const back = await repairFiles(scope, bring, wrong, signal);
    log.warn('files_brought_back', { files: back.length, stillWrong: wrong.length - back.length });
  } catch (error) {
    log.warn('files_not_brought_back', { stillWrong: await countBlobProblems(scope), ...errorFacts(error) });
  }
}
