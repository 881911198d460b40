import type { Scope } from '../db/scope.ts';
import { readScrub } from './scrub-state.ts';
import { countBlobProblems, listBlobProblems } from './scrub-store.ts';
import { readHead, readOlder } from './store.ts';
import type { BlobProblem, LedgerHead, ScrubState } from './types.ts';

export interface Proof {
  readonly head: LedgerHead;
  /** False while the start is still chaining what an older version had kept. */
  readonly isComplete: boolean;
  readonly scrub: ScrubState;
  readonly problems: readonly BlobProblem[];
  readonly problemCount: number;
}

const SHOWN = 20;
/** The proof of a night begins at 3:41 and takes an hour at most, what is to be brought back is brought at 5:11. */
const REPAIRED_MS = 4 * 3_600_000;

/** What vouches for the numbers: the end of the chain and the state of the stored files. */
export async function readProof(scope: Scope): Promise<Proof> {
  return {
    head: await readHead(scope),
    isComplete: (await readOlder(scope)).until === null,
    scrub: await readScrub(scope),
    problems: await listBlobProblems(scope, SHOWN),
    problemCount: await countBlobProblems(scope),
  };
}

/** The end of the chain alone. */
export const readChainHead = (scope: Scope): Promise<LedgerHead> => readHead(scope);

/** How many stored files are known to be missing or damaged. */
export const countDamaged = (scope: Scope): Promise<number> => countBlobProblems(scope);

/** How many of them the night after did not bring back: no backup has them. */
export const countLost = (scope: Scope): Promise<number> => countBlobProblems(scope, new Date(scope.now().getTime() - REPAIRED_MS));
