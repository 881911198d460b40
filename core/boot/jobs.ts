import { ACKNOWLEDGE_JOB, acknowledgeHandler } from '../acknowledgements/acknowledge.ts';
import { BULK_JOB } from '../bulk-actions/begin.ts';
import { bulkHandler } from '../bulk-actions/run.ts';
import { WAKE_JOB, wakeHandler } from '../conversations/snooze.ts';
import { CHECK_DOMAIN_JOB, checkDomainHandler, queueAllChecks } from '../deliverability/queue-check.ts';
import { ERASE_JOB, eraseHandler } from '../erasures/erase.ts';
import { EMPTY_FOLDER_JOB, emptyFolderHandler } from '../folders/remove.ts';
import { IMPORT_JOB, importHandler } from '../imports/run.ts';
import { startJobWorker } from '../jobs/worker.ts';
import { CLEAR_LABEL_JOB, clearLabelHandler } from '../labels/clear.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { UNASSIGNED_JOB, unassignedHandler } from '../notifications/unassigned.ts';
import { RULES_JOB } from '../rules/after.ts';
import type { KnownRules } from '../rules/known.ts';
import { rulesHandler } from '../rules/run.ts';
import { REINDEX_JOB, reindexHandler } from '../search/reindex.ts';
import { SYSTEM_MAIL_JOB } from '../system-mail/queue.ts';
import { systemMailHandler } from '../system-mail/send.ts';
import { RELEASE_TEAM_JOB, releaseTeamHandler } from '../teams/remove.ts';
import { EMPTY_TRASH_JOB, emptyTrashHandler } from '../trash/purge.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import { headersFrom } from './read-headers.ts';
import { sendersOf } from './senders.ts';
import type { Shutdown } from './shutdown.ts';
import { filterDeps, spamHandlers } from './spam.ts';

/**
 * Starts working off what was put off: rules for what was received, mail of the machine itself, confirmations of new conversations, what filters learn, looks
 * at our domains, labels that were merged or deleted, folders and teams that go, acts on many conversations, data of a person that goes.
 */
export function startJobs(
  foundation: Foundation,
  channels: Channels,
  endpoints: Endpoints,
  rules: KnownRules,
  shutdown: Shutdown,
): { wake(): void } {
  const { config, scope, keyring, blobs, stream, dns, log } = foundation;
  const senders = sendersOf(channels, config.plugins);
  const handlers = {
    [RULES_JOB]: rulesHandler({ rules, endpoints, readHeaders: headersFrom(blobs), log }),
    [SYSTEM_MAIL_JOB]: systemMailHandler({ ...channels, keyring }),
    [UNASSIGNED_JOB]: unassignedHandler,
    [WAKE_JOB]: wakeHandler,
    [ACKNOWLEDGE_JOB]: acknowledgeHandler(endpoints, log),
    ...spamHandlers(filterDeps(foundation, channels, endpoints)),
    [BULK_JOB]: bulkHandler(stream.poke),
    [CLEAR_LABEL_JOB]: clearLabelHandler(),
    [REINDEX_JOB]: reindexHandler(),
    [EMPTY_FOLDER_JOB]: emptyFolderHandler(),
    [RELEASE_TEAM_JOB]: releaseTeamHandler(),
    [EMPTY_TRASH_JOB]: emptyTrashHandler({ blobs, log }),
    [ERASE_JOB]: eraseHandler({ blobs, log }),
    [IMPORT_JOB]: importHandler({ blobs, dataDir: config.dataDir, maxMessageBytes: config.maxMessageBytes }),
    [CHECK_DOMAIN_JOB]: checkDomainHandler(dns, senders),
  };
  const jobs = startJobWorker({ scope, handlers, log });
  shutdown.add('jobs', () => jobs.stop());
  return jobs;
}

/** Every night: looks at the DNS entries of all our domains are queued. */
export function watchDomains({ config, scope, schedule }: Foundation, channels: Channels): void {
  const senders = sendersOf(channels, config.plugins);
  schedule.every('23 4 * * *', 'deliverability', () => queueAllChecks(scope, senders()));
}
