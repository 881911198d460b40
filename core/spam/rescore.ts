import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isSpamScore } from '../ingest/disposition.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import { type SpamVerdict, UNJUDGED } from '../ingest/verdict.ts';
import type { Log } from '../lib/log.ts';
import { type FilterDeps, filtersFor, scoreOf } from './filter-judge.ts';
import { conversationFrom, hideUntouched } from './late.ts';
import { recordScore, unscoredAfter } from './rescore-store.ts';

const BATCH = 10;
/** One run ends after this many, so that a long outage is caught up in portions between other work. */
const MAX_A_RUN = 500;

/**
 * Scores what came while the filters were away. Goes on to spam only what nobody has touched: not answered, noted, assigned or closed.
 * One that cannot be scored is passed over; nothing scored of a whole batch ends the run. Answers how many were scored.
 */
export async function rescore(scope: Scope, deps: FilterDeps, log: Log, signal: AbortSignal): Promise<number> {
  let done = 0;
  for (let after = 0; done < MAX_A_RUN && !signal.aborted; ) {
    const waiting = await unscoredAfter(scope, after, BATCH);
    const batch = waiting.filter((record) => filtersFor(deps, record).length > 0);
    const verdicts = await Promise.all(batch.map((record) => scoreOf(deps, record, signal)));
    const before = done;
    for (const [index, record] of batch.entries()) {
      const spam = verdicts[index];
      if (!spam || spam.state === 'unscored') continue;
      await transact(scope, (tx) => settleScore(tx, deps, record, spam));
      done += 1;
    }
    const last = waiting.at(-1);
    if (!last || (done === before && verdicts.some((spam) => spam?.state === 'unscored'))) break;
    after = last.id;
  }
  if (done > 0) log.info('spam_rescored', { messages: done });
  return done;
}

async function settleScore(tx: WriteScope, { endpoints }: FilterDeps, record: RawInboundRecord, spam: SpamVerdict): Promise<void> {
  await recordScore(tx, record.id, spam);
  const { policy = null, ownerId = null } = endpoints.find(record.inboxId) ?? {};
  const id = await conversationFrom(tx, record.id);
  if (id === null) return;
  tx.emit({ type: 'spam.scored', data: { conversationId: id } });
  if (policy && isSpamScore(policy, { ...UNJUDGED, spam })) await hideUntouched(tx, id, { reason: 'rescored', score: spam.score, ownerId });
}
