import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import { findRaw } from '../ingest/find-raw.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { TemporaryError } from '../lib/errors.ts';
import type { ConversationId, RawInboundId } from '../lib/ids.ts';
import type { LearnResult } from '../plugins/contract.ts';
import { type FilterDeps, filterInput, filtersFor } from './filter-judge.ts';
import { type Learning, learningOf } from './learning-store.ts';
import { LEARN_JOB } from './mark.ts';
import { spamStateOf } from './store.ts';

/** What the filters have still to learn. */
export const learning = (scope: Scope): Promise<Learning> => learningOf(scope, LEARN_JOB);

const DATA = z.object({ rawInboundId: z.number(), conversationId: z.number() });
const TIME_LIMIT_MS = 60_000;

/**
 * Shows one mail to every filter as what its conversation is now, so that a mind changed in between, or a job done twice, teaches
 * the right thing. A filter that is away is asked again later; without any there is nothing to do.
 */
export function learnHandler(deps: Omit<FilterDeps, 'endpoints'>): JobHandler {
  return async (scope, job, signal) => {
    const { rawInboundId, conversationId } = DATA.parse(job.data);
    const isSpam = await spamStateOf(scope, conversationId as ConversationId);
    const record = await findRaw(scope, rawInboundId as RawInboundId);
    if (isSpam === null || !record || !(await deps.blobs.has(record.blobSha256))) return;
    const input = filterInput(deps, record);
    for (const { name, running } of filtersFor(deps, record)) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
      failOn(name, await running.learn(input, isSpam ? 'spam' : 'ham', limit));
    }
  };
}

function failOn(name: string, result: LearnResult): void {
  if (result.state !== 'unavailable') return;
  throw new TemporaryError(`${name} could not learn: ${[result.reason, result.detail].filter(Boolean).join(' ')}`);
}
