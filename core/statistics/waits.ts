import type { ConversationId } from '../lib/ids.ts';
import type { Join } from './types.ts';

/** Since when customers wait, in each of the conversations that are one by now: until they were merged, an answer or an end in one ended nothing in the others. */
export interface Waits {
  begin(origin: ConversationId, at: Date): void;
  /** Since when somebody waited there; null = nobody did. */
  end(origin: ConversationId, at: Date): Date | null;
}

export function createWaits(joins: ReadonlyMap<ConversationId, Join>): Waits {
  const since = new Map<ConversationId, Date>();
  const wholeAt = (origin: ConversationId, at: Date): ConversationId => {
    let whole = origin;
    for (let next = joins.get(whole); next && next.at <= at; next = joins.get(whole)) whole = next.into;
    return whole;
  };
  /** Whoever waited in what has been merged by then waits in the whole. */
  const join = (at: Date): void => {
    for (const [origin, began] of [...since]) {
      const whole = wholeAt(origin, at);
      if (whole === origin) continue;
      since.delete(origin);
      const other = since.get(whole);
      since.set(whole, other && other < began ? other : began);
    }
  };
  return {
    begin: (origin, at) => {
      join(at);
      const whole = wholeAt(origin, at);
      if (!since.has(whole)) since.set(whole, at);
    },
    end: (origin, at) => {
      join(at);
      const whole = wholeAt(origin, at);
      const began = since.get(whole) ?? null;
      since.delete(whole);
      return began;
    },
  };
}
