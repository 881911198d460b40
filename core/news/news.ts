import { type Scope, transact } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { parseChangelog, type Release } from './parse.ts';
import { findVersions, insertVersion, isUnread, putReading } from './store.ts';

/** What changed, from version to version, and who has read of it. */
export interface News {
  readonly releases: readonly Release[];
  /** Notes since when the newest version has been here; called at every start. */
  noteVersion(scope: Scope): Promise<void>;
  /** Since when each version has been here. */
  since(scope: Scope): Promise<ReadonlyMap<string, string>>;
  /** Asks the database until the answer is no, which it stays. */
  hasUnread(scope: Scope, agentId: AgentId): Promise<boolean>;
  markRead(scope: Scope, agentId: AgentId): Promise<void>;
}

/** The news of this version of the product, told by its CHANGELOG.md. */
export function createNews(changelog: string): News {
  const { releases } = parseChangelog(changelog);
  const newest = releases[0]?.version ?? null;
  const informed = new Set<AgentId>();
  return {
    releases,
    noteVersion: async (scope) => {
      if (newest !== null) await transact(scope, (tx) => insertVersion(tx, newest));
    },
    since: findVersions,
    hasUnread: async (scope, agentId) => {
      if (newest === null || informed.has(agentId)) return false;
      const is = await isUnread(scope, agentId, newest);
      if (!is) informed.add(agentId);
      return is;
    },
    markRead: async (scope, agentId) => {
      if (newest === null || informed.has(agentId)) return;
      await transact(scope, (tx) => putReading(tx, agentId, newest));
      informed.add(agentId);
    },
  };
}
