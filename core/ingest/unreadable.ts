import type { Readable } from 'node:stream';
import type { Blobs } from '../blobs/blobs.ts';
import type { Scope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { InboxId, RawInboundId } from '../lib/ids.ts';
import type { Page } from '../lib/page.ts';
import { countFailed, countUnmatched, failedOf, findRawInbound, isPurged, listFailed, listUnmatched } from './store.ts';
import type { RawInboundRecord } from './types.ts';

export const UNREADABLE_PAGE = 50;

/** Parked things, newest first, and how many there are. */
export async function listUnreadable(scope: Scope, cursor: string | null): Promise<Page<RawInboundRecord> & { readonly total: number }> {
  const page = await listFailed(scope, { cursor, limit: UNREADABLE_PAGE });
  return { ...page, total: await countFailed(scope) };
}

/** The newest parked things of one inbox: what its owner is shown, as nobody else may read them. */
export const unreadableOf = (scope: Scope, inboxId: InboxId): Promise<readonly RawInboundRecord[]> =>
  failedOf(scope, inboxId, UNREADABLE_PAGE);

/** How many parked things wait for a decision; read from an index of those alone. */
export const countUnreadable = (scope: Scope): Promise<number> => countFailed(scope);

/** Reports about nothing that we sent, newest first, and how many there are. */
export async function listUnmatchedReports(
  scope: Scope,
  cursor: string | null,
): Promise<Page<RawInboundRecord> & { readonly total: number }> {
  const page = await listUnmatched(scope, { cursor, limit: UNREADABLE_PAGE });
  return { ...page, total: await countUnmatched(scope) };
}

/** The bytes exactly as they were received, of what the reader may open. Raises NotFoundError also for what was deleted, or `blob_missing` when the disk lost them. */
export async function openRawInbound(
  scope: Scope,
  blobs: Blobs,
  id: RawInboundId,
  isOpen: (record: RawInboundRecord) => boolean | Promise<boolean>,
): Promise<{ record: RawInboundRecord; stream: Readable }> {
  const record = await findRawInbound(scope, id);
  if (!record || !(await isOpen(record)) || (await isPurged(scope, id))) throw new NotFoundError('The message');
  return { record, stream: await blobs.open(record.blobSha256) };
}
