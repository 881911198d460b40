import { allowedAddresses, call } from '../alarms/call.ts';
import { troubleNotice } from '../alarms/notice.ts';
import { readAlarms } from '../alarms/settings.ts';
import { type Alarms, createAlarms } from '../alarms/watch.ts';
import { text } from '../health/doctor/finding.ts';
import type { Readiness } from '../health/readiness.ts';
import { countLost } from '../ledger/proof.ts';
import type { MailRenderer } from '../system-mail/notice.ts';
import type { Backups } from './backups.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import { tellAdministrators } from './tell-administrators.ts';
import { version } from './version.ts';

interface Watching {
  readonly readiness: () => Promise<Readiness>;
  readonly backups: Pick<Backups, 'alarm'>;
  readonly renderer: MailRenderer;
  readonly companyName: () => Promise<string>;
}

const BACKUPS = {
  failed: 'the last one failed',
  old: 'no good one for 26 hours',
  log: 'changes have not been brought away for ten minutes',
  shared: 'another machine makes backups in the same place',
} as const;

/** Every minute: what does not work is told outside. Of backups mail is sent already (core/boot/backups.ts). */
export function watchAlarms(foundation: Foundation, channels: Channels, { readiness, backups, renderer, companyName }: Watching): Alarms {
  const { config, scope, keyring, schedule, log } = foundation;
  const isAllowed = allowedAddresses(config.alarmAllow);
  const alarms = createAlarms({
    now: scope.now,
    log,
    version: version(),
    settings: () => readAlarms(scope, keyring),
    call: (one) => call(one, isAllowed),
    troubles: async () => {
      const { checks } = await readiness();
      const failing = checks.filter(({ state }) => state === 'failing').map(({ state: _, ...trouble }) => trouble);
      const backup = backups.alarm();
      const lost = await countLost(scope);
      return [
        ...failing,
        ...(lost === 0
          ? []
          : [{ name: 'files', detail: `${lost} missing or damaged, in no backup`, says: text('health.part.lost', { n: lost }) }]),
        ...(backup === null ? [] : [{ name: 'backups', detail: BACKUPS[backup.kind] }]),
      ];
    },
    mail: async (all) => {
      const troubles = all.filter(({ name }) => name !== 'backups');
      if (troubles.length === 0) return;
      const company = await companyName();
      const about = { troubles, link: new URL('/health/checks', config.publicUrl).href, companyName: company };
      await tellAdministrators(foundation, channels, renderer, company, (t) => troubleNotice(t, about));
    },
  });
  schedule.every('11 * * * * *', 'alarms', () => alarms.look());
  return alarms;
}
