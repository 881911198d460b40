import type { Knex } from 'knex';
import { z } from 'zod';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { InboxId, RawInboundId } from '../lib/ids.ts';
import { decodeCursor, encodeCursor, type Page } from '../lib/page.ts';
import { storable } from '../lib/text.ts';
import type { RawInboundRecord, RawStatus } from './types.ts';
import { type VerdictRow, verdictFromRow } from './verdict.ts';

/** A kept thing as it enters the main database, for one inbox. */
export interface NewRawInbound {
  readonly spoolId: string;
  readonly inboxId: InboxId;
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly blobSha256: string;
  readonly bytes: number;
  readonly receivedAt: string;
  /** The calendar day of that in the company's time zone. */
  readonly day: string;
}

const MAX_ERROR_CHARS = 1000;
const ROWS_A_STATEMENT = 50;
/** Only settled reports carry this reason. Word for word the condition of the index `raw_inbound_unmatched`, so that both databases use it. */
const IS_UNMATCHED = "error like 'report_unmatched:%'";
const ENVELOPE = z.record(z.string(), z.string());

/** Adds what is not there yet and answers that; the same spool id for the same inbox is added once, however often a crash repeats it. */
export async function insertRawInbound(tx: WriteScope, rows: readonly NewRawInbound[]): Promise<readonly NewRawInbound[]> {
  const added = new Set<string>();
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    const part = rows.slice(at, at + ROWS_A_STATEMENT).map((row) => ({
      spool_id: row.spoolId,
      inbox_id: row.inboxId,
      content_type: storable(row.contentType),
      envelope: storable(JSON.stringify(row.envelope)).replaceAll('\\u0000', ''),
      blob_sha256: row.blobSha256,
      bytes: row.bytes,
      status: 'waiting',
      received_at: row.receivedAt,
      day: row.day,
    }));
    const fresh = await tx.db('raw_inbound').insert(part).onConflict(['spool_id', 'inbox_id']).ignore().returning(['spool_id', 'inbox_id']);
    for (const row of fresh) added.add(`${row.spool_id} ${row.inbox_id}`);
  }
  return rows.filter((row) => added.has(`${row.spoolId} ${row.inboxId}`));
}

/** Which of these inboxes exist. */
export async function knownInboxes(scope: Scope, ids: readonly InboxId[]): Promise<ReadonlySet<InboxId>> {
  const rows: { id: InboxId }[] = await scope
    .db('inboxes')
    .whereIn('id', [...new Set(ids)])
    .select('id');
  return new Set(rows.map(({ id }) => id));
}

/** How many wait to be read; more than `most` are not counted. */
export async function countWaiting({ db }: Scope, most: number): Promise<number> {
  const some = db('raw_inbound').where({ status: 'waiting' }).select('id').limit(most).as('some');
  return Number((await db.from(some).count({ n: '*' }).first())?.['n'] ?? 0);
}

/** The next things to interpret, oldest first, after the given id. */
export async function waitingAfter(scope: Scope, after: number, limit: number): Promise<readonly RawInboundRecord[]> {
  const rows = await scope.db('raw_inbound').where('status', 'waiting').where('id', '>', after).orderBy('id').limit(limit);
  return rows.map(fromRow);
}

/** Counts an attempt that takes long, so that one which ends the process is not tried for ever, or takes it back. */
export async function changeAttempts(scope: Scope, id: RawInboundId, by: 1 | -1): Promise<void> {
  await transact(scope, (tx) => tx.db('raw_inbound').where({ id, status: 'waiting' }).increment('attempts', by));
}

/** Parks a waiting thing with the reason shown in Settings → Unreadable; false when it was no longer waiting. */
export async function settleFailed(tx: WriteScope, id: RawInboundId, reason: string): Promise<boolean> {
  const changed = await tx
    .db('raw_inbound')
    .where({ id, status: 'waiting' })
    .update({ status: 'failed', error: storable(reason).slice(0, MAX_ERROR_CHARS), settled_at: tx.now().toISOString() })
    .increment('attempts', 1);
  return changed > 0;
}

/** Puts a parked thing or an unmatched report back in the queue; false when it is neither. */
export async function reopenParked(tx: WriteScope, id: RawInboundId): Promise<boolean> {
  const changed = await tx
    .db('raw_inbound')
    .where({ id })
    .where((either) => either.where('status', 'failed').orWhereRaw(IS_UNMATCHED))
    .update({ status: 'waiting', error: null, settled_at: null, attempts: 0 });
  return changed > 0;
}

/** Null when there is no such row. */
export async function findRawInbound(scope: Scope, id: RawInboundId): Promise<RawInboundRecord | null> {
  const row = await scope.db('raw_inbound').where({ id }).first();
  return row ? fromRow(row) : null;
}

/** Whether its bytes were deleted by a rule. */
export async function isPurged({ db }: Scope, id: RawInboundId): Promise<boolean> {
  return (await db('raw_inbound').where({ id }).whereNotNull('purged_at').first('id')) !== undefined;
}

/** Parked things, newest first. */
export function listFailed(scope: Scope, options: PageOptions): Promise<Page<RawInboundRecord>> {
  return pageOf(scope.db('raw_inbound').where('status', 'failed'), options);
}

/** Of one inbox, newest first. */
export async function failedOf({ db }: Scope, inboxId: InboxId, limit: number): Promise<readonly RawInboundRecord[]> {
  return (await db('raw_inbound').where({ status: 'failed', inbox_id: inboxId }).orderBy('id', 'desc').limit(limit)).map(fromRow);
}

/** Reports about nothing that we sent, newest first. */
export function listUnmatched(scope: Scope, options: PageOptions): Promise<Page<RawInboundRecord>> {
  return pageOf(scope.db('raw_inbound').whereRaw(IS_UNMATCHED), options);
}

async function pageOf(query: Knex.QueryBuilder, options: PageOptions): Promise<Page<RawInboundRecord>> {
  const [before] = decodeCursor(options.cursor ?? '', 1) ?? [];
  query.orderBy('id', 'desc');
  if (typeof before === 'number') query.where('id', '<', before);
  const rows = (await query.limit(options.limit + 1)).map(fromRow);
  const items = rows.slice(0, options.limit);
  const last = items.at(-1);
  return { items, next: rows.length > items.length && last ? encodeCursor([last.id]) : null };
}

export async function countUnmatched(scope: Scope): Promise<number> {
  const [row] = await scope.db('raw_inbound').whereRaw(IS_UNMATCHED).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

export async function countFailed(scope: Scope): Promise<number> {
  const [row] = await scope.db('raw_inbound').where('status', 'failed').count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

interface PageOptions {
  readonly cursor: string | null;
  readonly limit: number;
}

interface Row extends VerdictRow {
  readonly id: number;
  readonly inbox_id: number;
  readonly content_type: string;
  readonly envelope: string;
  readonly blob_sha256: string;
  readonly bytes: number | string;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly received_at: string;
}

function fromRow(row: Row): RawInboundRecord {
  return {
    id: row.id as RawInboundId,
    inboxId: row.inbox_id as InboxId,
    contentType: row.content_type,
    envelope: ENVELOPE.parse(JSON.parse(row.envelope)),
    blobSha256: row.blob_sha256,
    bytes: Number(row.bytes),
    status: row.status as RawStatus,
    attempts: row.attempts,
    error: row.error,
    receivedAt: new Date(row.received_at),
    verdict: verdictFromRow(row),
  };
}
