import type { Blobs } from '../blobs/blobs.ts';
import type { Scope } from '../db/scope.ts';
import type { Log } from '../lib/log.ts';
import type { Finding } from './finding.ts';
import { scrubBlobs } from './scrub.ts';
import { verifyCounts } from './verify.ts';

/** What is proved every night without being asked: the counters of every day, and a part of the stored files. */
export async function proveNightly(scope: Scope, blobs: Pick<Blobs, 'open' | 'renew'>, log: Log, signal: AbortSignal): Promise<void> {
  const wrong: Finding[] = [];
  for await (const finding of verifyCounts(scope)) wrong.push(finding);
  for (const { kind, detail } of wrong.slice(0, 20)) log.error('ledger_wrong', { kind, detail });
  const { files, bytes, wrong: damaged } = await scrubBlobs(scope, blobs, signal);
  log.info('ledger_proved', { wrongCounts: wrong.length, files, bytes, damaged });
}
