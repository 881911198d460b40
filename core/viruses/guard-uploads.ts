import { createReadStream } from 'node:fs';
import type { Blobs } from '../blobs/blobs.ts';
import { type Scope, transact } from '../db/scope.ts';
import { AppError } from '../lib/errors.ts';
import { scanLater, scansOf } from './file-scans.ts';
import { settleFile } from './rescan-files.ts';
import { type Scanners, scanAll } from './scan.ts';

/** Somebody waits for the answer. */
const TIME_LIMIT_MS = 10_000;

export class InfectedFileError extends AppError {
  constructor(virus: string) {
    super('file_infected', 422, `There is a virus in the file: ${virus}`, {
      help: 'It was not taken. Check the computer that it came from.',
    });
  }
}

/**
 * The blob store for what people upload: a file with a virus is refused after it was written; nothing refers to it, so it goes with the
 * strays. When no scanner answers, the file is taken and scanned later: work does not stop for that, nor for one too large to be scanned. Its `put` raises file_infected.
 */
export const guardUploads = (blobs: Blobs, scanners: Scanners, scope: Scope): Blobs => ({
  ...blobs,
  put: async (content) => {
    const stored = await blobs.put(content);
    const open = () => createReadStream(blobs.path(stored.sha256));
    const found = stored.bytes === 0 ? null : await scanAll(scanners, { bytes: stored.bytes, open }, AbortSignal.timeout(TIME_LIMIT_MS));
    if (found === null) return stored;
    const isOpen = found.state === 'unscanned' || found.state === 'skipped';
    // The same bytes may have been taken before.
    await (isOpen ? scanLater(scope, [stored], found.state) : transact(scope, (tx) => settleFile(tx, stored, found)));
    const virus = isOpen ? (await scansOf(scope, [stored.sha256])).get(stored.sha256) : found;
    if (virus?.state === 'infected') throw new InfectedFileError(virus.name ?? '');
    return stored;
  },
});
