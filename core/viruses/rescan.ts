import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isHidden } from '../ingest/disposition.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import { UNJUDGED, type VirusVerdict } from '../ingest/verdict.ts';
import type { Log } from '../lib/log.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { conversationFrom, hideUntouched } from '../spam/late.ts';
import { type ScanDeps, scanRecord } from './scan-judge.ts';
import { recordScan, unscannedAfter } from './store.ts';

export interface RescanDeps extends ScanDeps {
  readonly endpoints: Pick<Endpoints, 'find'>;
}

const BATCH = 10;
/** One run ends after this many, so that a long outage is caught up in portions between other work. */
const MAX_A_RUN = 500;

/**
 * Scans what came while the scanners were away. A message with a virus is marked, and goes to spam when nobody has touched it. One that cannot
 * be scanned is passed over; nothing scanned of a whole batch ends the run. Answers how many were scanned.
 */
export async function rescan(scope: Scope, deps: RescanDeps, log: Log, signal: AbortSignal): Promise<number> {
  let done = 0;
  for (let after = 0; done < MAX_A_RUN && !signal.aborted && deps.plugins.scanners().length > 0; ) {
    const batch = await unscannedAfter(scope, after, BATCH);
    const found = await Promise.all(batch.map((record) => scanRecord(deps, record, signal)));
    const before = done;
    for (const [index, record] of batch.entries()) {
      const virus = found[index];
      if (!virus || virus.state === 'unscanned') continue;
      await transact(scope, (tx) => settleScan(tx, deps, record, virus));
      done += 1;
    }
    const last = batch.at(-1);
    if (!last || done === before) break;
    after = last.id;
  }
  if (done > 0) log.info('viruses_rescanned', { messages: done });
  return done;
}

async function settleScan(tx: WriteScope, { endpoints }: RescanDeps, record: RawInboundRecord, virus: VirusVerdict): Promise<void> {
  await recordScan(tx, record.id, virus);
  const conversationId = await conversationFrom(tx, record.id);
  if (conversationId === null) return;
  tx.emit({ type: 'virus.scanned', data: { conversationId } });
  const policy = endpoints.find(record.inboxId)?.policy ?? null;
  if (isHidden(policy, { ...UNJUDGED, virus })) await hideUntouched(tx, conversationId, 'virus', null);
}
