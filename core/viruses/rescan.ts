import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isHidden } from '../ingest/disposition.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import { UNJUDGED, type VirusVerdict } from '../ingest/verdict.ts';
import { askInPortions, type Position } from '../lib/in-portions.ts';
import type { Log } from '../lib/log.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { conversationFrom, hideUntouched } from '../spam/late.ts';
import { scanned } from './scan.ts';
import { type ScanDeps, scanRecord } from './scan-judge.ts';
import { filesFrom, recordScan, unscannedAfter } from './store.ts';

export interface RescanDeps extends ScanDeps {
  readonly endpoints: Pick<Endpoints, 'find'>;
}

/**
 * Scans what came while the scanners were away. A message with a virus is marked, and goes to spam when nobody has touched it.
 * `position` is kept from run to run. Answers how many were scanned.
 */
export async function rescan(
  scope: Scope,
  deps: RescanDeps,
  log: Log,
  signal: AbortSignal,
  position: Position<RawInboundRecord> = { last: null },
): Promise<number> {
  const done = await askInPortions<RawInboundRecord, VirusVerdict>(
    {
      after: (last, limit) => unscannedAfter(scope, last?.id ?? 0, limit),
      ask: async (record) => scanned(await scanRecord(deps, record, await filesFrom(scope, record.id), signal)),
      settle: (record, virus) => transact(scope, (tx) => settleScan(tx, deps, record, virus)),
    },
    position,
    () => !signal.aborted && deps.plugins.scanners().length > 0,
  );
  if (done > 0) log.info('viruses_rescanned', { messages: done });
  return done;
}

async function settleScan(tx: WriteScope, { endpoints }: RescanDeps, record: RawInboundRecord, virus: VirusVerdict): Promise<void> {
  await recordScan(tx, record.id, virus);
  const conversationId = await conversationFrom(tx, record.id);
  if (conversationId === null) return;
  tx.emit({ type: 'virus.scanned', data: { conversationId } });
  const { policy = null, ownerId = null } = endpoints.find(record.inboxId) ?? {};
  if (isHidden(policy, { ...UNJUDGED, virus })) await hideUntouched(tx, conversationId, { reason: 'virus', score: null, ownerId });
}
