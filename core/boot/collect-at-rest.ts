import { performance } from 'node:perf_hooks';

const LOOK_MS = 2_000;
/** Of the time between two looks, that the event loop was at work. */
const AT_REST = 0.05;
const WORTH_BYTES = 8 * 1024 * 1024;
/** It stops the event loop for a tenth of a second. */
const AT_MOST_EVERY_MS = 60_000;

/** What a look finds out, and what it can do. */
export interface Heap {
  /** Share of the time since the last look, 0 to 1. */
  readonly busy: () => number;
  readonly totalBytes: () => number;
  readonly collect: () => void;
  readonly now: () => number;
}

/**
 * Gives memory back to the system when nobody is waiting: after the start, after a backup, after a morning's mail. V8 itself lets its heap
 * stay as large as it once had to be. Answers what ends it. Without `--expose-gc` (core/bin/bootstrap.mjs) it does nothing.
 */
export function collectAtRest(): () => void {
  const { gc } = globalThis;
  if (gc === undefined) return () => {};
  let before = performance.eventLoopUtilization();
  const look = looker({
    busy: () => {
      const since = before;
      before = performance.eventLoopUtilization();
      return performance.eventLoopUtilization(before, since).utilization;
    },
    totalBytes: () => process.memoryUsage().heapTotal,
    collect: () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    now: () => performance.now(),
  });
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}

/** One look: collects when the process rests and its heap has grown since it was last collected here. */
export function looker({ busy, totalBytes, collect, now }: Heap): () => void {
  let leastBytes = 0;
  let collectedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const isAtRest = busy() < AT_REST;
    if (!isAtRest || now() - collectedAt < AT_MOST_EVERY_MS || totalBytes() - leastBytes < WORTH_BYTES) return;
    collect();
    leastBytes = totalBytes();
    collectedAt = now();
  };
}
