import { type Scope, transact } from '../db/scope.ts';
import type { Translate } from '../http/context.ts';
import type { Notice } from '../system-mail/notice.ts';
import { listClients, noteClientWarning } from './client-store.ts';
import { endOfDay, warningAt } from './ends.ts';
import { listGrants, noteGrantWarning } from './grant-store.ts';
import type { GrantId, Service } from './types.ts';

/** Something that ends soon. */
export interface Ending {
  readonly service: Service;
  /** Null: the secret of our registration; else whose log-in. */
  readonly account: string | null;
  readonly grantId: GrantId | null;
  readonly at: Date;
  /** The warning that is due. */
  readonly days: number;
}

/** What ends within 30 days and was not told yet at its stage. */
export async function endingSoon(scope: Scope): Promise<readonly Ending[]> {
  const now = scope.now();
  const clients = (await listClients(scope)).flatMap(({ service, secretExpiresOn, warnedDays }): readonly (Ending & Told)[] => {
    const at = secretExpiresOn === null ? null : endOfDay(secretExpiresOn);
    const days = at && warningAt(at, now);
    return at === null || days === null ? [] : [{ service, account: null, grantId: null, at, days, told: warnedDays }];
  });
  const grants = (await listGrants(scope)).flatMap((grant): readonly (Ending & Told)[] => {
    const { service, account, id: grantId, refreshExpiresAt: at, warnedDays } = grant;
    const days = at && warningAt(at, now);
    return grant.state !== 'granted' || at === null || days === null ? [] : [{ service, account, grantId, at, days, told: warnedDays }];
  });
  return [...clients, ...grants].filter(({ told, days }) => told === null || told > days).map(({ told: _told, ...ending }) => ending);
}

interface Told {
  readonly told: number | null;
}

/** Each is told once at each stage. */
export async function noteTold(scope: Scope, endings: readonly Ending[]): Promise<void> {
  await transact(scope, async (tx) => {
    for (const { service, grantId, days } of endings)
      await (grantId === null ? noteClientWarning(tx, service, days) : noteGrantWarning(tx, grantId, days));
  });
}

/** What ends soon, and where to do something about it. */
export function endingNotice(
  t: Translate,
  about: {
    readonly endings: readonly Ending[];
    readonly companyName: string;
    readonly link: string;
    readonly dateOf: (at: Date) => string;
  },
): Notice {
  return {
    heading: t('oauth.warning.heading', { company: about.companyName || 'Centrala' }),
    lines: about.endings.map(({ service, account, at, days }) =>
      t(`oauth.warning.${account === null ? 'secret' : 'login'}${days === 0 ? 'Over' : ''}`, {
        service: t(`oauth.service.${service}`),
        account: account ?? '',
        // The secret is good to the end of that day.
        date: about.dateOf(account === null ? new Date(at.getTime() - 1) : at),
      }),
    ),
    help: t('oauth.warning.help'),
    button: t('oauth.warning.button'),
    link: about.link,
  };
}
