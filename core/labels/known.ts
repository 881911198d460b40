import type { Scope } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { listLabels } from './list.ts';
import type { KnownLabel } from './types.ts';

const FRESH_MS = 5_000;

/** The labels for lists and headings: every page shows them, and none should pay a query for it. */
export interface KnownLabels {
  /** At most 5 s old, or newer than the last event about a label. */
  read(scope: Scope): Promise<readonly KnownLabel[]>;
  /** To be told of everything that happens. */
  follow(events: readonly DomainEvent[]): void;
}

export function knowLabels(): KnownLabels {
  let known: { readonly labels: readonly KnownLabel[]; readonly atMs: number } | null = null;
  return {
    read: async (scope) => {
      const nowMs = scope.now().getTime();
      if (known && Math.abs(nowMs - known.atMs) < FRESH_MS) return known.labels;
      const labels = await listLabels(scope);
      known = { labels, atMs: nowMs };
      return labels;
    },
    follow: (events) => {
      if (events.some(({ data }) => 'labelId' in data)) known = null;
    },
  };
}
