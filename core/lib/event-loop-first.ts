import { setPriority } from 'node:os';

const NICE = 5;

/**
 * Called in a worker thread: the event loop has the processor first where there are fewer of them than threads with something to do. On Linux each
 * thread has a nice value of its own, and 0 names the calling one (setpriority(2), "C library/kernel differences"); elsewhere it would be the whole program's.
 */
export function eventLoopFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, NICE);
  } catch {
    // A sandbox that forbids it: the thread works all the same.
  }
}
