import { type Scope, transact } from '../db/scope.ts';
import type { Dns } from '../lib/dns.ts';
import { NotFoundError } from '../lib/errors.ts';
import { publishedKey, recordName } from './record.ts';
import { activateKey, awaitedKeys, findSigningKey, isActiveKeyOf, recordCheck, sendingDomainId } from './store.ts';
import type { KeyProblem, SigningKeyId, SigningKeyRecord } from './types.ts';

/** A key whose record never came is not asked for by itself for longer. */
const WATCHED_DAYS = 30;
const AT_ONCE = 50;

/** Looks into the DNS for the record of a key. The first key of a domain signs from the moment its record is there. Raises not_found. */
export async function checkKey(scope: Scope, dns: Dns, domain: string, id: SigningKeyId): Promise<SigningKeyRecord> {
  const key = await findSigningKey(scope, domain, id);
  if (!key) throw new NotFoundError('Signing key');
  const problem = await problemOf(dns, key);
  await transact(scope, async (tx) => {
    await recordCheck(tx, id, problem);
    if (problem === null && !(await isActiveKeyOf(tx, domain))) await activateKey(tx, id);
    tx.emit({ type: 'sending_domain.changed', data: { sendingDomainId: await sendingDomainId(tx, domain), name: domain } });
  });
  return (await findSigningKey(scope, domain, id)) ?? key;
}

/** Looks for the records of all keys that wait for theirs; nothing is written about those that still do. */
export async function checkAwaitedKeys(scope: Scope, dns: Dns): Promise<number> {
  const since = new Date(scope.now().getTime() - WATCHED_DAYS * 86_400_000);
  let found = 0;
  for (const key of await awaitedKeys(scope, since, AT_ONCE)) {
    if ((await problemOf(dns, key)) !== null) continue;
    await checkKey(scope, dns, key.domain, key.id);
    found += 1;
  }
  return found;
}

async function problemOf(dns: Dns, key: SigningKeyRecord): Promise<KeyProblem | null> {
  const answer = await dns.lookup(recordName(key), 'TXT');
  if (answer.state === 'failed') return 'no_answer';
  if (answer.state === 'missing') return 'missing';
  const published = answer.records.map(publishedKey).filter((one) => one !== null);
  if (published.length === 0) return 'missing';
  // With two records a verifier may take either (RFC 6376 §3.6.2.2).
  return published.every((one) => one === key.publicKey) ? null : 'different';
}
