import { createReadStream } from 'node:fs';
import type { Blobs, StoredBlob } from '../blobs/blobs.ts';
import type { ScanNow } from '../ingest/expect-clean.ts';
import type { Judge } from '../ingest/judge.ts';
import { messagesOf } from '../ingest/message-of.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import { type VirusVerdict, worstOf } from '../ingest/verdict.ts';
import { type Scanners, scanAll, UNSCANNED } from './scan.ts';

export interface ScanDeps {
  readonly plugins: Scanners;
  readonly blobs: Pick<Blobs, 'path' | 'has'>;
}

/** A little more than a scanner may be told to wait, so that its own limit speaks first. */
const TIME_LIMIT_MS = 28_000;
/** So long somebody waits in front of a screen. */
const WAITED_MS = 10_000;
const SLOW_MS = 2_000;
const REST_MS = 30_000;
/** Files of one mail that are asked about side by side. */
const AT_ONCE = 4;

/** Has every message scanned as it was received, with all that is packed in it, and each of its files. Trouble means unscanned: the mail goes on and is scanned later. */
export function scanJudge(deps: ScanDeps): Judge {
  // One that hangs would hold up every batch by its whole time limit: after one such wait it is left alone for a while.
  let restUntilMs = 0;
  return {
    name: 'scanners',
    timeLimitMs: TIME_LIMIT_MS + 1_000,
    judge: async ({ record, items }, verdict, signal) => {
      if (!items.some((item) => item.kind !== 'report') || deps.plugins.scanners().length === 0) return verdict;
      const startedMs = performance.now();
      const virus =
        startedMs < restUntilMs
          ? UNSCANNED
          : await scanRecord(
              deps,
              record,
              messagesOf(items).flatMap(({ attachments }) => attachments),
              signal,
            );
      if (virus?.state === 'unscanned' && performance.now() - startedMs > SLOW_MS) restUntilMs = performance.now() + REST_MS;
      return virus ? { ...verdict, virus } : verdict;
    },
  };
}

/** Of what nobody could read there are no files. */
export const scanWhileWaited =
  (deps: ScanDeps): ScanNow =>
  (record) =>
    scanRecord(deps, record, [], AbortSignal.timeout(WAITED_MS));

/**
 * The bytes of a kept thing, then the files that were found in it: a scanner that reads mail otherwise than we do has not looked into what people get
 * from us. Null when there is nobody to ask.
 */
export async function scanRecord(
  { plugins, blobs }: ScanDeps,
  record: RawInboundRecord,
  files: readonly StoredBlob[],
  signal: AbortSignal,
): Promise<VirusVerdict | null> {
  if (plugins.scanners().length === 0) return null;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const ask = async ({ sha256, bytes }: StoredBlob): Promise<VirusVerdict | null> => {
    // Null: the second place of stored files, where it may be, does not answer.
    const isThere = await blobs.has(sha256).catch(() => null);
    if (isThere === true) return scanAll(plugins, { bytes, open: () => createReadStream(blobs.path(sha256)) }, limit);
    return isThere === null ? UNSCANNED : null;
  };
  let found = (await ask({ sha256: record.blobSha256, bytes: record.bytes })) ?? UNSCANNED;
  const different = [...new Map(files.map((file) => [file.sha256, file])).values()].filter(({ bytes }) => bytes > 0);
  for (let from = 0; from < different.length && isOpen(found); from += AT_ONCE)
    found = worstOf([found, ...(await Promise.all(different.slice(from, from + AT_ONCE).map(ask)))]) ?? found;
  return found;
}

/** Whether it can still turn out worse. */
const isOpen = ({ state }: VirusVerdict): boolean => state === 'clean' || state === 'skipped';
