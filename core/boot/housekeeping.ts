import { forgetAddresses } from '../acknowledgements/save.ts';
import { forgetOldGreylisted } from '../admissions/greylist.ts';
import { collectStrays } from '../blobs/collect.ts';
import { forgetOldBulk } from '../bulk-actions/forget.ts';
import { forgetOldReports } from '../domain-reports/forget.ts';
import { forgetOldVersions } from '../draft-versions/keep.ts';
import { tidyImports } from '../imports/run.ts';
import { forgetOldConnections } from '../inboxes/connecting/begin.ts';
import { proveNightly } from '../ledger/nightly.ts';
import { forgetOldNotifications } from '../notifications/read.ts';
import { forgetOldLinks } from '../password-resets/make-link.ts';
import { forgetOldRefusals } from '../refusals/list.ts';
import { checkAwaitedKeys } from '../sending-domains/check-key.ts';
import { forgetOldSessions } from '../sessions/end-sessions.ts';
import { foldStatistics } from '../statistics/fold.ts';
import { forgetOldVisitors } from '../visitors/signs.ts';
import type { Foundation } from './foundation.ts';

/**
 * What happens by itself. At night, when nobody looks: sessions and password links that were over a month ago, talks of website visitors without a sign of them and earlier drafts of that age go, the ledger and a part of
 * the stored files are proved, files that nothing refers to are put aside, what lies on the disk is measured. Every ten seconds the statistics are brought up to date, and how often each admission rule decided, and how many callers were sent away, is written down; every hour old greylisting goes. Every quarter of an hour: whether the record of a new signing key has come into the DNS.
 */
export function startHousekeeping({
  schedule,
  scope,
  peers,
  config,
  blobs,
  dns,
  doorkeeper,
  turnAways,
  readings,
  disk,
  log,
}: Pick<
  Foundation,
  'schedule' | 'scope' | 'config' | 'peers' | 'blobs' | 'dns' | 'doorkeeper' | 'turnAways' | 'readings' | 'disk' | 'log'
>): void {
  schedule.every('17 3 * * *', 'housekeeping', async () => {
    const [sessions, links, addresses] = [await forgetOldSessions(scope), await forgetOldLinks(scope), await forgetAddresses(scope)];
    const [refusals, reports] = [await forgetOldRefusals(scope), await forgetOldReports(scope)];
    const [notifications, bulkActions] = [await forgetOldNotifications(scope), await forgetOldBulk(scope)];
    const [connections, draftVersions] = [await forgetOldConnections(scope), await forgetOldVersions(scope)];
    const visitors = await forgetOldVisitors(scope);
    const bySubject = { sessions, links, addresses, refusals, reports, notifications, bulkActions, connections, draftVersions, visitors };
    await tidyImports(scope, config.dataDir);
    log.info('housekeeping_done', bySubject);
  });
  schedule.everywhere('*/10 * * * * *', 'numbers of the door', async () => {
    await doorkeeper.flush();
    // Rules that another process changed.
    if (peers.me !== null) await doorkeeper.reload();
    await turnAways.flush();
  });
  schedule.everywhere('*/10 * * * * *', 'statistics', async (signal) => {
    await readings.flush();
    if (peers.holds('clock')) await foldStatistics(scope, signal);
  });
  schedule.every('23 * * * *', 'greylist', async () => void (await forgetOldGreylisted(scope)));
  schedule.every('*/15 * * * *', 'signing keys', async () => {
    const found = await checkAwaitedKeys(scope, dns);
    if (found > 0) log.info('signing_keys_published', { keys: found });
  });
  schedule.every('29 3 * * *', 'stray files', async (signal) => void (await collectStrays(scope, { blobs, log }, signal)));
  // After the backup of the night, and what it let go.
  schedule.every('47 5 * * *', 'disk use', async (signal) => void (await disk.measure(signal)));
  schedule.every('41 3 * * *', 'ledger', (signal) => proveNightly(scope, blobs, log, signal));
}
