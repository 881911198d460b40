import type { SendingDomain } from './list-domains.ts';
import { recordName, recordValue, zoneValue } from './record.ts';
import { type KeyState, RECORD_STAYS_DAYS, type SigningKeyRecord } from './types.ts';

const LOOKS: Readonly<Record<KeyState, string>> = { making: 'wait', published: 'wait', active: 'ok', retired: 'off' };

/** One domain of Settings → Mail → Domains. */
export function domainView({ domain, inboxes, keys }: SendingDomain, now: Date) {
  const signs = keys.some(({ state }) => state === 'active');
  const waits = keys.some(({ state }) => state === 'making' || state === 'published');
  return {
    domain,
    inboxes,
    state: signs ? 'signs' : waits ? 'waits' : 'plain',
    look: signs ? 'ok' : waits ? 'wait' : 'off',
    canMake: !waits && inboxes > 0,
    keys: keys.map((key) => keyView(key, now)),
  };
}

function keyView(key: SigningKeyRecord, now: Date) {
  const { id, domain, selector, state, problem, checkedAt, retiredAt } = key;
  const staysUntil = retiredAt === null ? null : new Date(retiredAt.getTime() + RECORD_STAYS_DAYS * 86_400_000);
  const value = recordValue(key);
  return {
    id,
    selector,
    state,
    look: LOOKS[state],
    since: retiredAt ?? key.activatedAt ?? key.createdAt,
    problem,
    checkedAt,
    base: `/sending-domains/${domain}/keys/${id}`,
    // What most DNS panels want: the name without the domain.
    host: `${selector}._domainkey`,
    name: recordName(key),
    type: 'TXT',
    value,
    zone: `${recordName(key)}. IN TXT ( ${zoneValue(value)} )`,
    staysUntil,
    isOver: staysUntil !== null && staysUntil <= now,
  };
}
