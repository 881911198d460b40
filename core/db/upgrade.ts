import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AppError } from '../lib/errors.ts';
import type { DatabaseTarget } from './connect.ts';

export const UPGRADE_STEPS = ['copy', 'migrate'] as const;

/** How far an upgrade is; 0 of 0 = cannot be said. */
export interface UpgradeProgress {
  readonly step: (typeof UPGRADE_STEPS)[number];
  readonly done: number;
  readonly total: number;
}

export interface UpgradeOrder {
  readonly target: DatabaseTarget;
  readonly migrations: string;
  /** Where the copy of a SQLite file goes, which has been read back and found whole before anything is changed; null: there is one already. */
  readonly copy: string | null;
}

/** What the thread says. */
export type UpgradeMessage =
  | UpgradeProgress
  | { readonly failed: string; readonly migration: string | null }
  | { readonly ran: readonly string[] };

/**
 * Copies and migrates in a thread of its own, so that this one can say how far it is. Answers the names of what ran. Raises AppError
 * `upgrade_failed`; then the database is as it was before.
 */
export async function upgradeDatabase(order: UpgradeOrder, report: (progress: UpgradeProgress) => void): Promise<readonly string[]> {
  const worker = new Worker(new URL('./upgrade-worker.ts', import.meta.url), { workerData: order });
  const end = Promise.withResolvers<readonly string[]>();
  worker.on('message', (message: UpgradeMessage) => {
    if ('step' in message) report(message);
    else if ('ran' in message) end.resolve(message.ran);
    else {
      const at = message.migration === null ? '' : ` at ${message.migration}`;
      end.reject(new AppError('upgrade_failed', 500, `The upgrade failed${at} (${message.failed}). The data is as it was before.`));
    }
  });
  worker.once('error', end.reject);
  worker.once('exit', (code) => end.reject(new Error(`the thread of the upgrade ended with ${code}`)));
  try {
    return await end.promise;
  } finally {
    const gone = once(worker, 'exit');
    await Promise.race([worker.terminate(), gone]);
  }
}
