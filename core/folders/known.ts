import type { Scope } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { listEveryFolder } from './list.ts';
import type { TreeFolder } from './types.ts';

const FRESH_MS = 5_000;

/** Names and places of the folders for the rail, which every page shows. Who sees which is asked each time and never kept. */
export interface KnownFolders {
  /** At most 5 s old, or newer than the last event about a folder. */
  read(scope: Scope): Promise<readonly TreeFolder[]>;
  /** To be told of everything that happens. */
  follow(events: readonly DomainEvent[]): void;
}

export function knowFolders(): KnownFolders {
  let known: { readonly folders: readonly TreeFolder[]; readonly atMs: number } | null = null;
  return {
    read: async (scope) => {
      const nowMs = scope.now().getTime();
      if (known && Math.abs(nowMs - known.atMs) < FRESH_MS) return known.folders;
      const folders = await listEveryFolder(scope);
      known = { folders, atMs: nowMs };
      return folders;
    },
    follow: (events) => {
      if (events.some(({ type }) => type === 'folder.changed')) known = null;
    },
  };
}
