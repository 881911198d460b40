import { errorFacts, type Log } from '../lib/log.ts';
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

/** Judges all subjects at once, each by every judge in turn; verdicts in the order of the subjects. One judged before keeps its verdict. */
export async function judgeAll(judges: readonly Judge[], subjects: readonly Subject[], log: Log): Promise<readonly Verdict[]> {
  if (judges.length === 0) return subjects.map(({ record }) => record.verdict ?? UNJUDGED);
  return Promise.all(subjects.map((subject) => judgeOne(judges, subject, log)));
}

async function judgeOne(judges: readonly Judge[], subject: Subject, log: Log): Promise<Verdict> {
  let verdict = subject.record.verdict ?? UNJUDGED;
  if (verdict !== UNJUDGED) return verdict;
  for (const judge of judges) {
    const signal = AbortSignal.timeout(judge.timeLimitMs);
    const started = performance.now();
    try {
      verdict = await Promise.race([judge.judge(subject, verdict, signal), whenAborted(signal)]);
    } catch (error) {
      const ms = Math.round(performance.now() - started);
      log.warn('judge_failed', { judge: judge.name, rawInboundId: subject.record.id, ms, ...errorFacts(error) });
    }
  }
  return verdict;
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
