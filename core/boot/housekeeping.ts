import { forgetOldLinks } from '../password-resets/make-link.ts';
import { checkAwaitedKeys } from '../sending-domains/check-key.ts';
import { forgetOldSessions } from '../sessions/end-sessions.ts';
import type { Foundation } from './foundation.ts';

/**
 * What is swept away at night, when nobody looks: sessions and password links that were over a month ago. Every quarter of an hour:
 * whether the record of a new signing key has come into the DNS.
 */
export function startHousekeeping({ schedule, scope, dns, log }: Pick<Foundation, 'schedule' | 'scope' | 'dns' | 'log'>): void {
  schedule.every('17 3 * * *', 'housekeeping', async () => {
    const [sessions, links] = [await forgetOldSessions(scope), await forgetOldLinks(scope)];
    log.info('housekeeping_done', { sessions, links });
  });
  schedule.every('*/15 * * * *', 'signing keys', async () => {
    const found = await checkAwaitedKeys(scope, dns);
    if (found > 0) log.info('signing_keys_published', { keys: found });
  });
}
