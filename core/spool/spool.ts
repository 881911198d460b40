import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, TemporaryError } from '../lib/errors.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { RawInbound } from '../plugins/contract.ts';
import { INLINE_BYTES, readBody } from './body.ts';
import { watchDiskSpace } from './disk-space.ts';
import { createGroup } from './group.ts';
import { recoverFiles, recoverLater } from './recover.ts';
import { sortableIds } from './sortable-id.ts';
import { fromRow } from './spooled.ts';
import type { Spool } from './types.ts';
import { startWriter, WriterError } from './writer-thread.ts';

export interface SpoolOptions {
  /** The data folder: holds `spool.sqlite` and `spool/` for large bodies. On the same file system as the blob store. */
  readonly dir: string;
  readonly log: Log;
  /** The disk can no longer be trusted: the process must end, so that a restart reads what really is there. Called once. */
  readonly onFatal: (error: Error) => void;
  /** Free bytes of the file system; replaceable in tests. */
  readonly freeBytes?: (dir: string) => Promise<number>;
}

/** So many being kept side by side wait for the disk one after the other. */
const FEW = 2;

/** Opens the spool and puts in order what a crash left: half-written files go, rows without their file are logged. */
export async function openSpool({ dir, log, onFatal, freeBytes }: SpoolOptions): Promise<Spool> {
  const folder = join(dir, 'spool');
  setApart(dir, log);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const writer = startWriter(dir);
  const nextId = sortableIds();
  const listeners: (() => void)[] = [];
  let running = 0;
  let fatal = false;
  const fail = (error: unknown): TemporaryError => {
    space.forget();
    if (isFatal(error) && !fatal) {
      fatal = true;
      log.error('spool_failed', errorFacts(error));
      onFatal(error instanceof Error ? error : new Error(String(error)));
    } else log.warn('spool_refused', errorFacts(error));
    return new TemporaryError('Nothing can be stored at the moment', { cause: error });
  };
  const group = createGroup(writer, () => {
    for (const listener of listeners) listener();
  });
  const space = watchDiskSpace(dir, freeBytes);
  const young = await recoverFiles(folder, writer, log).catch(async (error: unknown) => {
    await writer.close().catch(() => {});
    throw unreadable(dir, error);
  });
  const callOff = recoverLater(young, folder, writer, log);

  const keep: Spool['keep'] = async (raw) => {
    const { isFull } = await space.state(raw.maxBytes);
    if (fatal || isFull) {
      await drain(raw.body);
      throw fail(new Error(isFull ? 'the disk is nearly full' : 'the spool has failed'));
    }
    const id = nextId();
    const file = join(folder, id);
    const inlineBytes = running > FEW ? INLINE_BYTES.among : INLINE_BYTES.alone;
    const body = await readBody(raw.body, file, raw.maxBytes, inlineBytes).catch((error: unknown) => {
      throw isDiskError(error) ? fail(error) : error;
    });
    if (body.kind === 'too_large') return { state: 'too_large', bytes: body.bytes };
    try {
      await group.insert({
        ...described(raw),
        id,
        bytes: body.bytes,
        sha256: body.sha256,
        receivedAt: new Date().toISOString(),
        body: body.kind === 'inline' ? body.content : null,
      });
    } catch (error) {
      // After a failed sync the row may be there all the same, so its file stays.
      if (body.kind === 'file' && !isFatal(error)) await rm(file, { force: true });
      throw fail(error);
    }
    return { state: 'kept', id };
  };

  return {
    keep: async (raw) => {
      if (raw.isPatient) return keep(raw);
      running += 1;
      try {
        return await keep(raw);
      } finally {
        running -= 1;
      }
    },
    space,
    take: async (limit) => ((await writer.ask({ do: 'take', limit })) as unknown[]).map((row) => fromRow(row, folder)),
    forget: async (spooled) => {
      await group.forget(spooled.map(({ id }) => id));
      await Promise.all(spooled.map(({ body }) => ('file' in body ? rm(body.file, { force: true }) : null)));
    },
    setAside: async (ids) => void (await writer.ask({ do: 'aside', ids })),
    count: async () => Number(await writer.ask({ do: 'count' })),
    busy: () => running,
    onKept: (listener) => void listeners.push(listener),
    close: () => {
      callOff();
      return writer.close();
    },
  };
}

/** Without its rows nobody knows which files are leftovers: what lies there may have been confirmed, and stays for a person to look at. */
function setApart(dir: string, log: Log): void {
  const folder = join(dir, 'spool');
  if (existsSync(join(dir, 'spool.sqlite')) || !existsSync(folder) || readdirSync(folder).length === 0) return;
  const apart = `spool-without-rows-${Date.now()}`;
  renameSync(folder, join(dir, apart));
  log.error('spool_without_rows', { folder: apart });
}

function unreadable(dir: string, error: unknown): unknown {
  if (!isFatal(error)) return error;
  const help =
    'It holds mail that was confirmed and is not in the database yet, nothing else. Move spool.sqlite and spool/ to another folder, start, and see docs/operations.md, Stopping.';
  const { error: reason } = errorFacts(error);
  return new AppError('spool', 500, `${join(dir, 'spool.sqlite')} cannot be read (${reason}).`, { cause: error, help });
}

const described = ({ inboxIds, contentType, envelope }: RawInbound) => ({
  inboxIds: JSON.stringify(inboxIds),
  contentType,
  envelope: JSON.stringify(envelope),
});

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');
const isFatal = (error: unknown): boolean => (error instanceof WriterError ? error.isFatal : codeOf(error) === 'EIO');
// Anything else that ends a body early is the sender's doing, and his channel's to answer.
const isDiskError = (error: unknown): boolean => /^(EIO|ENOSPC|EDQUOT|EROFS|EMFILE|ENFILE|EACCES|ENOENT)$/.test(codeOf(error));
