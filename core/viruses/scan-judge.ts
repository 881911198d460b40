import { createReadStream } from 'node:fs';
import type { Blobs } from '../blobs/blobs.ts';
import type { ScanNow } from '../ingest/expect-clean.ts';
import type { Judge } from '../ingest/judge.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import type { VirusVerdict } from '../ingest/verdict.ts';
import { type Scanners, scanAll, UNSCANNED } from './scan.ts';

export interface ScanDeps {
  readonly plugins: Scanners;
  readonly blobs: Pick<Blobs, 'path'>;
}

/** A little more than a scanner may be told to wait, so that its own limit speaks first. */
const TIME_LIMIT_MS = 28_000;
/** So long somebody waits in front of a screen. */
const WAITED_MS = 10_000;
const SLOW_MS = 2_000;
const REST_MS = 30_000;

/** Has every message scanned as it was received, with all that is packed in it. Trouble means unscanned: the mail goes on and is scanned later. */
export function scanJudge(deps: ScanDeps): Judge {
  // One that hangs would hold up every batch by its whole time limit: after one such wait it is left alone for a while.
  let restUntilMs = 0;
  return {
    name: 'scanners',
    timeLimitMs: TIME_LIMIT_MS + 1_000,
    judge: async ({ record, items }, verdict, signal) => {
      if (!items.some((item) => item.kind !== 'report') || deps.plugins.scanners().length === 0) return verdict;
      const startedMs = performance.now();
      const virus = startedMs < restUntilMs ? UNSCANNED : await scanRecord(deps, record, signal);
      if (virus?.state === 'unscanned' && performance.now() - startedMs > SLOW_MS) restUntilMs = performance.now() + REST_MS;
      return virus ? { ...verdict, virus } : verdict;
    },
  };
}

export const scanWhileWaited =
  (deps: ScanDeps): ScanNow =>
  (record) =>
    scanRecord(deps, record, AbortSignal.timeout(WAITED_MS));

/** The bytes of a kept thing. Null when there is nobody to ask. */
export function scanRecord({ plugins, blobs }: ScanDeps, record: RawInboundRecord, signal: AbortSignal): Promise<VirusVerdict | null> {
  const input = { bytes: record.bytes, open: () => createReadStream(blobs.path(record.blobSha256)) };
  return scanAll(plugins, input, AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]));
}
