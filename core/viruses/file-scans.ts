import type { StoredBlob } from '../blobs/blobs.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { findScans, insertScans, type NotScanned } from './file-store.ts';

/** What is known of these files (SHA-256) that were not scanned when they were taken; of all others nothing. */
export const scansOf = findScans;

/** Has these files scanned once a scanner answers again; of one that is too large for it (`skipped`) keeps that alone. */
export const scanLater = (scope: Scope | WriteScope, files: readonly StoredBlob[], state: NotScanned = 'unscanned'): Promise<void> =>
  transact(scope, (tx) => insertScans(tx, files, state));

/** Raises invalid for a file in which a virus was found after it had been taken. One that waits for its scan may go. */
export async function expectNoVirus(scope: Scope, files: readonly { readonly sha256: string; readonly filename: string }[]): Promise<void> {
  if (files.length === 0) return;
  const scans = await scansOf(
    scope,
    files.map(({ sha256 }) => sha256),
  );
  const bad = files.find(({ sha256 }) => scans.get(sha256)?.state === 'infected');
  if (bad) throw new InvalidError({ attachments: 'messages.problems.infected' }, { name: bad.filename });
}
