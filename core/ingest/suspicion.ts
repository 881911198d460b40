import type { Scope } from '../db/scope.ts';
import type { RawInboundId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { changeAttempts } from './store.ts';

/**
 * A thing being read for this long is counted before the end, because it may take the process with it. Loading the thread does not count: on
 * a busy machine it would make the first mail after each start suspect.
 */
const SUSPICIOUS_MS = 500;

/** Watches the reading of one thing. */
export interface Suspicion {
  /** Its bytes are about to be read, perhaps once more. */
  begins(): void;
  /** The process is still there, so it is not to blame, however long it took: what was counted is taken back. */
  over(): Promise<void>;
}

export function watchReading({ scope, log }: { readonly scope: Scope; readonly log: Log }, id: RawInboundId): Suspicion {
  let timer: NodeJS.Timeout | undefined;
  let counted: Promise<boolean> | null = null;
  const count = (by: 1 | -1): Promise<boolean> =>
    changeAttempts(scope, id, by).then(
      () => true,
      (error: unknown) => {
        log.warn('count_attempt_failed', errorFacts(error));
        return false;
      },
    );
  return {
    begins: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        counted ??= count(1);
      }, SUSPICIOUS_MS);
    },
    over: async () => {
      clearTimeout(timer);
      if (await counted) await count(-1);
    },
  };
}
