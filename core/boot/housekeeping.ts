import { forgetOldLinks } from '../password-resets/make-link.ts';
import { forgetOldSessions } from '../sessions/end-sessions.ts';
import type { Foundation } from './foundation.ts';

/** What is swept away at night, when nobody looks: sessions and password links that were over a month ago. */
export function startHousekeeping({ schedule, scope, log }: Pick<Foundation, 'schedule' | 'scope' | 'log'>): void {
  schedule.every('17 3 * * *', 'housekeeping', async () => {
    const [sessions, links] = [await forgetOldSessions(scope), await forgetOldLinks(scope)];
    log.info('housekeeping_done', { sessions, links });
  });
}
