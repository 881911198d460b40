import type { Scope } from '../db/scope.ts';
import { allChecks, findChecks, recentChanges } from './store.ts';
import type { CheckChange, DomainChecks } from './types.ts';

const CHANGES = 20;

/** The last looks at all domains, by name. */
export const readAllChecks = (scope: Scope): Promise<ReadonlyMap<string, DomainChecks>> => allChecks(scope);

/** The last look at a domain (null = nobody looked yet) and what changed lately. */
export async function readDomain(
  scope: Scope,
  domain: string,
): Promise<{ readonly checks: DomainChecks | null; readonly changes: readonly CheckChange[] }> {
  return { checks: await findChecks(scope, domain), changes: await recentChanges(scope, domain, CHANGES) };
}
