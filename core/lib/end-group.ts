import type { ChildProcess } from 'node:child_process';

/** Ends a process that was begun `detached`, and all that it began itself, which alone would go on, or hang for ever. One that has ended already is no error. */
export function endGroup({ pid, exitCode, signalCode }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended a moment ago.
  }
}
