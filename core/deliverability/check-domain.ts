import { type Scope, transact } from '../db/scope.ts';
import type { Dns } from '../lib/dns.ts';
import { idOfDomain } from '../sending-domains/domain-id.ts';
import { checkDkim } from './check-dkim.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkMx, checkText } from './check-mx.ts';
import { checkRdns } from './check-rdns.ts';
import { checkSpf } from './check-spf.ts';
import { checkTls, type PortFor, publicPort } from './check-tls.ts';
import { insertChanges, lastStates, putChecks } from './store.ts';
import { CHECKS, type CheckResult, type DomainFacts } from './types.ts';

/** Asks the world about a domain, everything at once. Writes nothing; never rejects for what the world does. */
export async function lookAtDomain(
  dns: Dns,
  facts: DomainFacts,
  now: Date,
  portFor: PortFor = publicPort,
): Promise<readonly CheckResult[]> {
  const results = await Promise.all([
    checkSpf(dns, facts),
    checkDkim(dns, facts),
    checkDmarc(dns, facts),
    checkMx(dns, facts),
    checkTls(dns, facts, now, portFor),
    checkRdns(dns, facts),
    checkText(dns, 'mta_sts', facts),
    checkText(dns, 'tls_rpt', facts),
  ]);
  return results.toSorted((a, b) => CHECKS.indexOf(a.name) - CHECKS.indexOf(b.name));
}

/** Looks at a domain, keeps what was found, and notes what is different from the last time. */
export async function checkDomain(scope: Scope, dns: Dns, facts: DomainFacts, portFor?: PortFor): Promise<readonly CheckResult[]> {
  const results = await lookAtDomain(dns, facts, scope.now(), portFor);
  await transact(scope, async (tx) => {
    const before = await lastStates(tx, facts.domain);
    // Nobody answering is no change of the domain.
    const changes = results.filter(({ name, state }) => state !== 'unknown' && before.get(name) !== state);
    await putChecks(tx, facts.domain, results);
    await insertChanges(
      tx,
      facts.domain,
      changes.map(({ name, state }) => ({ name, from: before.get(name) ?? null, to: state })),
    );
    tx.emit({ type: 'sending_domain.changed', data: { sendingDomainId: await idOfDomain(tx, facts.domain), name: facts.domain } });
  });
  return results;
}
