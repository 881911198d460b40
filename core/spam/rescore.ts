import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isSpamScore } from '../ingest/disposition.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import { type SpamVerdict, UNJUDGED } from '../ingest/verdict.ts';
import { askInPortions, type Position } from '../lib/in-portions.ts';
import type { Log } from '../lib/log.ts';
import { type FilterDeps, filtersFor, scoreOf } from './filter-judge.ts';
import { answersUs, conversationFrom, hideUntouched } from './late.ts';
import { recordScore, unscoredAfter } from './rescore-store.ts';

/**
 * Scores what came while the filters were away. Goes on to spam only what nobody has touched: not answered, nor begun to be, noted, assigned or closed.
 * `position` is kept from run to run. Answers how many were scored.
 */
export async function rescore(
  scope: Scope,
  deps: FilterDeps,
  log: Log,
  signal: AbortSignal,
  position: Position<RawInboundRecord> = { last: null },
): Promise<number> {
  const done = await askInPortions<RawInboundRecord, SpamVerdict>(
    {
      after: (last, limit) => unscoredAfter(scope, last?.id ?? 0, limit),
      ask: async (record) => {
        const spam = filtersFor(deps, record).length > 0 ? await scoreOf(deps, record, signal) : null;
        return spam?.state === 'unscored' ? null : spam;
      },
      settle: (record, spam) => transact(scope, (tx) => settleScore(tx, deps, record, spam)),
    },
    position,
    () => !signal.aborted,
  );
  if (done > 0) log.info('spam_rescored', { messages: done });
  return done;
}

async function settleScore(tx: WriteScope, { endpoints }: FilterDeps, record: RawInboundRecord, spam: SpamVerdict): Promise<void> {
  await recordScore(tx, record.id, spam);
  const { policy = null, ownerId = null } = endpoints.find(record.inboxId) ?? {};
  const id = await conversationFrom(tx, record.id);
  if (id === null) return;
  tx.emit({ type: 'spam.scored', data: { conversationId: id } });
  if (!policy || !isSpamScore(policy, { ...UNJUDGED, spam }) || (await answersUs(tx, record.inboxId, record.id))) return;
  await hideUntouched(tx, id, { reason: 'rescored', score: spam.score, ownerId });
}
