/** Things that wait for the answer of somebody who may be away, in an order of their own. */
export interface Queue<T, A> {
  /** Those after this one; null = from the first. */
  after(last: T | null, limit: number): Promise<readonly T[]>;
  /** Null: there is no answer now. */
  ask(one: T): Promise<A | null>;
  settle(one: T, answer: A): Promise<void>;
}

/** Kept from run to run: behind what the next one begins; null = with the first. */
export interface Position<T> {
  last: T | null;
}

const BATCH = 10;
/** One run ends after this many, so that a long outage is caught up in portions between other work. */
const MAX_A_RUN = 500;

/**
 * Asks about what waits while `goesOn`. One without an answer is passed over; no answer to a whole batch ends the run, and the next one begins
 * behind that batch: who is away is asked little, and what never gets an answer does not stand before what would. Answers how many were settled.
 */
export async function askInPortions<T, A>(queue: Queue<T, A>, position: Position<T>, goesOn: () => boolean): Promise<number> {
  let done = 0;
  let { last } = position;
  // Those before it have their turn in the same run.
  let isFromFirst = last === null;
  position.last = null;
  while (done < MAX_A_RUN && goesOn()) {
    const batch: readonly T[] = await queue.after(last, BATCH);
    if (batch.length === 0 && !isFromFirst) {
      [last, isFromFirst] = [null, true];
      continue;
    }
    const answers = await Promise.all(batch.map((one) => queue.ask(one)));
    const before = done;
    for (const [index, one] of batch.entries()) {
      const answer = answers[index] ?? null;
      if (answer === null) continue;
      await queue.settle(one, answer);
      done += 1;
    }
    last = batch.at(-1) ?? null;
    if (last === null) break;
    if (done > before) continue;
    position.last = last;
    break;
  }
  return done;
}
