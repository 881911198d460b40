import { z } from 'zod';
import { type Scope, transact } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import type { Dns } from '../lib/dns.ts';
import { checkDomain } from './check-domain.ts';
import { domainsOf, factsOf, type Sender } from './facts.ts';

export const CHECK_DOMAIN_JOB = 'domain_check';
const DATA = z.object({ domain: z.string() });

/** Looks at a domain as soon as there is time. */
export const queueCheck = (scope: Scope, domain: string): Promise<void> =>
  transact(scope, (tx) => enqueue(tx, [{ kind: CHECK_DOMAIN_JOB, data: { domain } }]));

/** Looks at every domain that we write from; the night job. */
export async function queueAllChecks(scope: Scope, senders: readonly Sender[]): Promise<void> {
  const jobs = domainsOf(senders).map((domain) => ({ kind: CHECK_DOMAIN_JOB, data: { domain } }));
  if (jobs.length > 0) await transact(scope, (tx) => enqueue(tx, jobs));
}

/** Does it; a domain that nobody writes from any more is left alone. */
export function checkDomainHandler(dns: Dns, senders: () => readonly Sender[]): JobHandler {
  return async (scope, job) => {
    const facts = await factsOf(scope, senders(), DATA.parse(job.data).domain);
    if (!facts) return;
    dns.forget();
    await checkDomain(scope, dns, facts);
  };
}
