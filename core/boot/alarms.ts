import { allowedAddresses, call } from '../alarms/call.ts';
import { troubleNotice } from '../alarms/notice.ts';
import { readAlarms } from '../alarms/settings.ts';
import { keptTold } from '../alarms/told.ts';
import { type Alarms, createAlarms } from '../alarms/watch.ts';
import { text } from '../health/doctor/finding.ts';
import type { Readiness } from '../health/readiness.ts';
import { countLost } from '../ledger/proof.ts';
import { lastKnown } from '../lib/last-known.ts';
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

/** The database may be what is away. */
const PATIENCE_MS = 5_000;

/** Every minute: what does not work is told outside. Of backups mail is sent already (core/boot/backups.ts). */
export function watchAlarms(foundation: Foundation, channels: Channels, { readiness, backups, renderer, companyName }: Watching): Alarms {
  const { config, scope, keyring, schedule, peers, log } = foundation;
  const countedLost = lastKnown(() => countLost(scope), PATIENCE_MS);
  const isAllowed = allowedAddresses(config.alarmAllow);
  const alarms = createAlarms({
    now: scope.now,
    log,
    version: version(),
    settings: lastKnown(() => readAlarms(scope, keyring), PATIENCE_MS),
    told: keptTold(scope, log, PATIENCE_MS),
    call: (one) => call(one, isAllowed),
    troubles: async () => {
      const { checks } = await readiness();
      const failing = checks.filter(({ state }) => state === 'failing').map(({ state: _, ...trouble }) => trouble);
      const backup = backups.alarm();
      const lost = await countedLost();
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
  // With the database the clock is away as well: who had it last goes on, until it is known again whose it is.
  let isOurs = peers.holds('clock');
  peers.onDuty((duty, isHeld) => {
    if (duty === 'clock' && isHeld) isOurs = true;
  });
  peers.onReunion(() => {
    isOurs = peers.holds('clock');
  });
  schedule.everywhere('11 * * * * *', 'alarms', async () => {
    if (isOurs) await alarms.look();
  });
  return alarms;
}
