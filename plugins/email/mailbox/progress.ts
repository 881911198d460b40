import type { InboxHealth } from '../../../core/plugins/contract.ts';
import type { Cursor } from './cursor.ts';
import type { ImapFailure } from './imap-failure.ts';

export interface Failure extends Omit<ImapFailure, 'kind'> {
  readonly kind: ImapFailure['kind'] | 'no_room';
  /** Key under `problems.` of the locales. */
  readonly problem: string;
}

/** How the reading of one account goes, in memory. */
export interface Progress {
  readonly moved: (path: string, cursor: Cursor) => void;
  /** What was there before is being fetched. */
  filling(): void;
  /** All that is there is here, but for folders that are not there any more. `refusal`: why copies of what was sent are not taken, in the server's words. */
  current(missing: readonly string[], refusal: string | null): void;
  /** Answers how many times in a row now, without getting further in between. */
  failed(failure: Failure): number;
  readonly health: () => InboxHealth;
}

/** A connection that breaks once and comes back is no trouble; what only a person can mend is at once. */
const HARMLESS_FAILURES = 2;
const NEEDS_A_PERSON: ReadonlySet<string> = new Set(['login', 'in_clear', 'tls_certificate', 'no_room', 'dns', 'refused']);

const isFurther = (before: Cursor, after: Cursor): boolean =>
  before.fetched < after.fetched || before.high < after.high || before.below > after.below;

export function createProgress(now: () => Date): Progress {
  const cursors = new Map<string, Cursor>();
  let state: InboxHealth['state'] = 'starting';
  let lastSuccessAt: Date | null = null;
  let failingSince: Date | null = null;
  let failures = 0;
  let problem: string | null = null;
  let detail: string | null = null;
  const recover = (to: InboxHealth['state']): void => {
    state = to;
    failingSince = null;
    failures = 0;
    problem = null;
    detail = null;
  };
  const sum = (of: (cursor: Cursor) => number): number => [...cursors.values()].reduce((all, cursor) => all + of(cursor), 0);
  return {
    moved: (path, cursor) => {
      const before = cursors.get(path);
      cursors.set(path, cursor);
      if (before && isFurther(before, cursor)) failures = 0;
    },
    filling: () => recover('filling'),
    current: (missing, refusal) => {
      recover('current');
      lastSuccessAt = now();
      if (refusal !== null) [problem, detail] = ['account_filing', refusal];
      if (missing.length > 0) [problem, detail] = ['account_folder_missing', missing.join(', ')];
    },
    failed: (failure) => {
      failures += 1;
      failingSince ??= now();
      problem = failure.problem;
      detail = failure.text;
      if (failures > HARMLESS_FAILURES || NEEDS_A_PERSON.has(failure.kind)) state = 'failing';
      return failures;
    },
    health: () => {
      const isCounted = [...cursors.values()].every(({ total }) => total !== null);
      return {
        state,
        lastSuccessAt,
        failingSince,
        problem,
        detail,
        fetched: sum(({ fetched }) => fetched),
        total: isCounted && cursors.size > 0 ? sum(({ total, fetched }) => Math.max(total ?? 0, fetched)) : null,
      };
    },
  };
}
