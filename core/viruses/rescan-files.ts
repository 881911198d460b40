import { createReadStream } from 'node:fs';
import type { Blobs, StoredBlob } from '../blobs/blobs.ts';
import { referredTo } from '../blobs/references.ts';
import { findConversation } from '../conversations/list.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { VirusVerdict } from '../ingest/verdict.ts';
import { askInPortions, type Position } from '../lib/in-portions.ts';
import type { Log } from '../lib/log.ts';
import { type InfectedMessage, notifyOfVirus } from '../notifications/notify.ts';
import { type Holding, messagesWith, recordFileScan, unscannedFilesAfter } from './file-store.ts';
import { type Scanners, scanAll, scanned } from './scan.ts';

export interface RescanFilesDeps {
  readonly plugins: Scanners;
  readonly blobs: Pick<Blobs, 'path' | 'has' | 'ageMs'>;
}

const TIME_LIMIT_MS = 28_000;
/** Nothing is left that could hold one. */
const GONE: VirusVerdict = { state: 'clean', name: null };

/** Scans the files that people added while the scanners were away; `position` is kept from run to run. Answers how many were scanned. */
export async function rescanFiles(
  scope: Scope,
  deps: RescanFilesDeps,
  log: Log,
  signal: AbortSignal,
  position: Position<StoredBlob> = { last: null },
): Promise<number> {
  const done = await askInPortions<StoredBlob, VirusVerdict>(
    {
      after: (last, limit) => unscannedFilesAfter(scope, last?.sha256 ?? '', limit),
      ask: async (file) => scanned(await scanFile(scope, deps, file, signal)),
      settle: async (file, virus) => {
        if (virus.state === 'infected') log.warn('virus_in_upload', { sha256: file.sha256, virus: virus.name });
        await transact(scope, (tx) => settleFile(tx, file, virus));
      },
    },
    position,
    () => !signal.aborted && deps.plugins.scanners().length > 0,
  );
  if (done > 0) log.info('viruses_rescanned', { files: done });
  return done;
}

async function scanFile(
  scope: Scope,
  { plugins, blobs }: RescanFilesDeps,
  { sha256, bytes }: StoredBlob,
  signal: AbortSignal,
): Promise<VirusVerdict | null> {
  // What nothing needs any more is not fetched back to be scanned.
  const isHere = (await blobs.ageMs(sha256)) !== null || ((await referredTo(scope, [sha256])).size > 0 && (await blobs.has(sha256)));
  if (!isHere) return GONE;
  const input = { bytes, open: () => createReadStream(blobs.path(sha256)) };
  return scanAll(plugins, input, AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]));
}

/** What was found in a file that was taken unscanned: those who look at its messages see it, and who wrote them hears of a virus. Any other file it leaves alone. */
export async function settleFile(tx: WriteScope, { sha256 }: Pick<StoredBlob, 'sha256'>, virus: VirusVerdict): Promise<void> {
  if (!(await recordFileScan(tx, sha256, virus))) return;
  const holdings = await messagesWith(tx, sha256);
  for (const conversationId of new Set(holdings.map((one) => one.conversationId)))
    tx.emit({ type: 'virus.scanned', data: { conversationId } });
  if (virus.state === 'infected') await tellAuthors(tx, holdings, virus.name ?? '');
}

/** It may have gone out by now: whoever sent it can warn whom it went to. */
async function tellAuthors(tx: WriteScope, holdings: readonly Holding[], virus: string): Promise<void> {
  const written: InfectedMessage[] = [];
  for (const { conversationId, messageId, filename, authorId } of holdings) {
    const conversation = authorId === null ? null : await findConversation(tx, conversationId);
    if (conversation) written.push({ conversation, messageId, authorId, reason: `${filename}: ${virus}` });
  }
  await notifyOfVirus(tx, written);
}
