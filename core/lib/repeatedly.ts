export interface Loop {
  /** Resolves when the last turn is over. */
  stop(): Promise<void>;
}

/** Works again and again, `everyMs` after the turn before was over; after failures with twice the pause each time, `mostMs` at most. */
export function repeatedly(
  work: () => Promise<void>,
  { everyMs, mostMs, failed }: { readonly everyMs: number; readonly mostMs: number; readonly failed: (error: unknown) => void },
): Loop {
  const stopped = Promise.withResolvers<void>();
  let isStopped = false;
  const turn = async (): Promise<void> => {
    for (let pauseMs = everyMs; !isStopped; ) {
      try {
        await work();
        pauseMs = everyMs;
      } catch (error) {
        failed(error);
        pauseMs = Math.min(pauseMs * 2, mostMs);
      }
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([stopped.promise, new Promise((resolve) => (timer = setTimeout(resolve, pauseMs)))]);
      clearTimeout(timer);
    }
  };
  const over = turn();
  return {
    stop: () => {
      isStopped = true;
      stopped.resolve();
      return over;
    },
  };
}
