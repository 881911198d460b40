import { errorFacts, type Log } from '../lib/log.ts';
import { isNewer, newestAt } from './ask.ts';

export interface UpdateState {
  /** Where versions are asked for; null = nowhere, nothing is ever sent. */
  readonly url: string | null;
  /** A version newer than this one; null = none that is known of. */
  readonly newest: string | null;
  /** When it last answered; null = not since the start. */
  readonly askedAt: Date | null;
  /** The last question went wrong. */
  readonly hasFailed: boolean;
}

export interface Updates {
  state(): UpdateState;
  /** Asks when the last answer is a day old, or the last failure half an hour. Never rejects. */
  look(): Promise<void>;
}

const AGAIN_MS = 24 * 3_600_000;
const AFTER_FAILURE_MS = 30 * 60_000;

/** Whether there is a newer version than `version`, asked for once a day at the address that the operator gave; without one, never. */
export function createUpdates(url: string | null, version: string, now: () => Date, log: Log): Updates {
  let state: UpdateState = { url, newest: null, askedAt: null, hasFailed: false };
  let dueMs = 0;
  return {
    state: () => state,
    look: async () => {
      if (url === null || now().getTime() < dueMs) return;
      dueMs = now().getTime() + AGAIN_MS;
      try {
        const newest = await newestAt(url);
        state = { url, newest: newest !== null && isNewer(newest, version) ? newest : null, askedAt: now(), hasFailed: false };
      } catch (error) {
        dueMs = now().getTime() + AFTER_FAILURE_MS;
        state = { ...state, hasFailed: true };
        log.warn('update_check_failed', errorFacts(error));
      }
    },
  };
}
