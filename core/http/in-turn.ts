import type { Middleware } from 'koa';

/**
 * Starts one request in each turn of the event loop, in the order in which they came. Several that are found together would else be answered before the next look at
 * the network, and whoever asks again just after that look would wait for all of them a second time.
 */
export function inTurn(): Middleware {
  const waiting: (() => void)[] = [];
  const startNext = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(startNext);
  };
  return async (_ctx, next) => {
    await new Promise<void>((start) => {
      if (waiting.push(start) === 1) setImmediate(startNext);
    });
    await next();
  };
}
