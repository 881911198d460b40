import { startJobWorker } from '../jobs/worker.ts';
import { SYSTEM_MAIL_JOB } from '../system-mail/queue.ts';
import { systemMailHandler } from '../system-mail/send.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

/** Starts working off what was put off: mail of the machine itself. */
export function startJobs({ scope, keyring, log }: Foundation, channels: Channels, shutdown: Shutdown): { wake(): void } {
  const jobs = startJobWorker({ scope, handlers: { [SYSTEM_MAIL_JOB]: systemMailHandler({ ...channels, keyring }) }, log });
  shutdown.add('jobs', () => jobs.stop());
  return jobs;
}
