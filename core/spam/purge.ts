import type { Scope } from '../db/scope.ts';
import { purgeBefore } from '../purges/keep-days.ts';
import { type PurgeDeps, runPurge, sweepFiles } from '../purges/run.ts';
import { listDoomed } from './purge-store.ts';
import { spamDays } from './retention.ts';

/** Deletes spam whose newest message was received longer ago than the setting says, that lay as long in the folder unless a person put it there, and that nobody ever answered. Answers how many conversations. */
export async function purgeSpam(scope: Scope, deps: PurgeDeps, signal: AbortSignal): Promise<number> {
  const days = await spamDays(scope);
  const before = purgeBefore(scope.now(), days);
  const next = async (limit: number) => (before ? listDoomed(scope, before, limit) : []);
  const { deleted } = await runPurge(scope, deps, { kind: 'spam', days, next }, signal);
  await sweepFiles(scope, deps, signal);
  return deleted;
}
