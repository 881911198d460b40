import { errorFacts, type Log } from '../lib/log.ts';
import { within } from '../lib/within.ts';
import type { Interpreted, RawInboundRecord } from './types.ts';
import { UNJUDGED, type Verdict } from './verdict.ts';

/** A kept thing and what was read in it. */
export interface Subject {
  readonly record: RawInboundRecord;
  readonly items: readonly Interpreted[];
}

/**
 * Looks at one thing and adds to what the judges before it found; answers the same verdict when it has nothing to say. May use the
 * network; `signal` ends its time. A judge that fails or is late adds nothing: the mail goes on.
 */
export interface Judge {
  readonly name: string;
  readonly timeLimitMs: number;
  judge(subject: Subject, verdict: Verdict, signal: AbortSignal): Promise<Verdict>;
}

/** By every judge in turn. What was judged before keeps its verdict. */
export async function judge(judges: readonly Judge[], subject: Subject, log: Log): Promise<Verdict> {
  let verdict = subject.record.verdict ?? UNJUDGED;
  if (verdict !== UNJUDGED) return verdict;
  for (const one of judges) {
    const limit = new AbortController();
    const started = performance.now();
    try {
      verdict = await within(one.timeLimitMs, one.judge(subject, verdict, limit.signal), () => {
        limit.abort(new Error(`no answer within ${one.timeLimitMs} ms`));
        throw limit.signal.reason;
      });
    } catch (error) {
      const ms = Math.round(performance.now() - started);
      log.warn('judge_failed', { judge: one.name, rawInboundId: subject.record.id, ms, ...errorFacts(error) });
    }
  }
  return verdict;
}
