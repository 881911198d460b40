import type { Middleware } from 'koa';

/**
 * Starts one request in each turn of the event loop, in the order in which they came. Several that are found together would else be answered before the next look at
 * the network, and whoever asks again just after that look would wait for all of them a second time.
 */
export function inTurn(): Middleware {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const giveOn = (): void => {
    const start = waiting.shift();
    isTaken = start !== undefined;
    if (isTaken) setImmediate(giveOn);
    start?.();
  };
  return async (_ctx, next) => {
    if (isTaken) await new Promise<void>((start) => waiting.push(start));
    else {
      isTaken = true;
      setImmediate(giveOn);
    }
    await next();
  };
}
