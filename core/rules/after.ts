import { type Scope, transact } from '../db/scope.ts';
import { enqueue, isStanding, type Job, type NewJob } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import type { MessageId } from '../lib/ids.ts';

export const RULES_JOB = 'message_rules';

/** Before all else that waits: where a conversation is put decides who is told of it. */
const FIRST = new Date(0);
const AGAIN_MS = 500;

/** Asks the rules about a received message. */
export const rulesJob = (messageId: MessageId) => ({ kind: RULES_JOB, data: { messageId }, runAt: FIRST }) satisfies NewJob;

/**
 * For what comes after the rules: while they are still to be asked about its message it stands in line again, since of several processes one may
 * have the rules in hand and another this. Rules that failed are not waited for.
 */
export const afterRules =
  (messageOf: (scope: Scope, job: Job) => Promise<MessageId | null>, handler: JobHandler): JobHandler =>
  async (scope, job, signal) => {
    const id = await messageOf(scope, job);
    if (id === null || !(await isStanding(scope, rulesJob(id)))) return handler(scope, job, signal);
    const later = { kind: job.kind, data: job.data as NewJob['data'], runAt: new Date(scope.now().getTime() + AGAIN_MS) };
    await transact(scope, (tx) => enqueue(tx, [later]));
  };
