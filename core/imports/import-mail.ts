import type { Blobs } from '../blobs/blobs.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { enterKept, heldBytes } from '../ingest/enter.ts';
import type { InboxId } from '../lib/ids.ts';
import { sha256 } from '../lib/secrets.ts';
import { companyDay } from '../settings/company-day.ts';
import { sortableIds } from '../spool/sortable-id.ts';
import { arrivalByHead } from './arrival.ts';
import type { Before, Found, ImportReport } from './types.ts';

export interface ImportDeps {
  readonly scope: Scope;
  readonly blobs: Pick<Blobs, 'putAll' | 'has'>;
}

export interface ImportOptions {
  /** All of it was sent by us, whatever the folders are called. */
  readonly isSent?: boolean;
  /** Nothing is stored: what would be added is counted. */
  readonly isTrial?: boolean;
  readonly part?: ImportPart;
  readonly onProgress?: (read: number) => void;
}

/** More of the same archive follows, or came before: who calls says when all of it is here. */
export interface ImportPart {
  readonly before: (hashes: readonly string[]) => Promise<Before>;
  /** Within the transaction that stores these (SHA-256). */
  readonly onStored: (tx: WriteScope, hashes: readonly string[]) => Promise<void>;
}

interface Hashed extends Found {
  readonly sha256: string;
}

const NOTHING: Before = { read: new Set(), stored: new Set() };
const BATCH_MESSAGES = 100;
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Puts the messages of an archive among what the inbox received, as history: bytes first, then their rows and the ledger, as every other
 * way in. What the inbox has already is left out, so a run that was cut short is simply run again. A server that runs reads them at once.
 */
export async function importMail(
  deps: ImportDeps,
  inboxId: InboxId,
  archive: AsyncIterable<Found>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { scope } = deps;
  const seen = new Map<string, string>();
  const skipped: string[] = [];
  let [read, added, known, repeated] = [0, 0, 0, 0];
  const flush = async (batch: readonly Hashed[]): Promise<void> => {
    const hashes = batch.map((one) => one.sha256);
    const before = (await options.part?.before(hashes)) ?? NOTHING;
    const held = await heldBytes(scope, inboxId, hashes);
    const others = batch.filter((one) => !before.read.has(one.sha256));
    const here = others.filter((one) => held.has(one.sha256) && !before.stored.has(one.sha256));
    const fresh = others.filter((one) => !held.has(one.sha256));
    repeated += batch.length - others.length;
    known += here.length;
    added += others.length - here.length;
    if (!options.isTrial && fresh.length > 0) await add(deps, inboxId, fresh, options);
    options.onProgress?.(read);
  };
  let batch: Hashed[] = [];
  let bytes = 0;
  for await (const found of archive) {
    if (found.leftOut !== 'no mail') read += 1;
    if (found.leftOut) {
      skipped.push(`${found.name}: ${found.leftOut}`);
      continue;
    }
    const hash = sha256(found.body);
    if (seen.has(hash)) {
      repeated += 1;
      continue;
    }
    seen.set(hash, found.name);
    batch.push({ ...found, sha256: hash });
    bytes += found.body.length;
    if (batch.length < BATCH_MESSAGES && bytes < BATCH_BYTES) continue;
    await flush(batch);
    [batch, bytes] = [[], 0];
  }
  await flush(batch);
  const missing = options.isTrial ? [] : await missingOf(deps, inboxId, seen);
  if (added > 0 && !options.isTrial && !options.part) await transact(scope, async (tx) => noteImport(tx, inboxId, added));
  return { read, added, known, repeated, skipped, missing };
}

/** For the audit: so many came into an inbox. */
export const noteImport = (tx: WriteScope, inboxId: InboxId, count: number): void =>
  tx.emit({ type: 'mail.imported', data: { inboxId, count } });

const nextId = sortableIds();

async function add(
  { scope, blobs }: ImportDeps,
  inboxId: InboxId,
  fresh: readonly Hashed[],
  { isSent, part }: ImportOptions,
): Promise<void> {
  await blobs.putAll(fresh.map(({ body }) => body));
  await transact(scope, async (tx) => {
    const now = tx.now();
    const day = (await companyDay(tx))(now);
    const rows = fresh.map((one) => {
      const arrivedAt = one.arrivedAt ?? arrivalByHead(one.body, now);
      return {
        spoolId: nextId(),
        inboxId,
        contentType: 'message/rfc822',
        envelope: {
          source: 'import',
          role: isSent || one.isSent ? 'sent' : 'other',
          history: 'yes',
          file: one.name,
          ...(arrivedAt ? { arrivedAt: arrivedAt.toISOString() } : {}),
        },
        blobSha256: one.sha256,
        bytes: one.body.length,
        receivedAt: now.toISOString(),
        day,
      };
    });
    await enterKept(tx, rows);
    await part?.onStored(
      tx,
      rows.map(({ blobSha256 }) => blobSha256),
    );
    tx.emit({ type: 'inbound.added', data: { inboxId } });
  });
}

/** Compares each hash of the archive with what the inbox holds now, row and bytes. */
async function missingOf({ scope, blobs }: ImportDeps, inboxId: InboxId, seen: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const missing: string[] = [];
  const all = [...seen];
  for (let at = 0; at < all.length; at += 500) {
    const part = all.slice(at, at + 500);
    const held = await heldBytes(
      scope,
      inboxId,
      part.map(([hash]) => hash),
    );
    for (const [hash, name] of part) if (!held.has(hash) || !(await blobs.has(hash))) missing.push(name);
  }
  return missing;
}
