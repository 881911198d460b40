import { connect } from 'node:net';
import { BackupError } from './backup-error.ts';
import { machineOf, type Target } from './target.ts';

const LIMIT_MS = 10_000;

/** Connects once and hangs up, because restic goes on trying for minutes. Raises BackupError when nobody answers there. */
export async function connectable(target: Target): Promise<void> {
  const machine = machineOf(target);
  if (machine === null) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ ...machine, timeout: LIMIT_MS });
  const fail = (why: string): void =>
    reject(
      new BackupError(
        `${machine.host} does not answer on port ${machine.port} (${why}).`,
        'Check address, port and network.',
        'unreachable',
      ),
    );
  socket.once('connect', () => resolve());
  socket.once('timeout', () => fail('timeout'));
  socket.once('error', (error) => fail('code' in error ? String(error.code) : error.message));
  await promise.finally(() => socket.destroy());
}
