import type { ChildProcess } from 'node:child_process';

/**
 * Ends a process that was begun `detached`, and what it began itself. restic alone would go on to its end, or for ever where its server hangs, and
 * its lock would keep the next backup out.
 */
export function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, 'SIGTERM');
}
