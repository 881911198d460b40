import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorFacts, type Log } from '../lib/log.ts';
import { randomToken } from '../lib/secrets.ts';
import { within } from '../lib/within.ts';
import type { SenderWatch } from '../plugins/contract.ts';
import type { Authenticator } from './authenticator.ts';

export interface WatchDeps {
  readonly authenticator: Authenticator;
  /** Where bytes that do not fit in memory wait for the check; emptied at start. */
  readonly dir: string;
  /** A larger mail is refused anyway. */
  readonly maxBytes: number;
  readonly log: Log;
  readonly timeLimitMs?: number;
}

/** More of a mail than this waits on disk. */
const MEMORY_BYTES = 256 * 1024;

/** Forgets what a process that ended in the middle left behind. */
export const clearWatched = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });

/** Gathers what comes in and checks its sender before it is kept. Every trouble ends in null: then nothing is known. */
export function watchSender(
  { authenticator, dir, maxBytes, log, timeLimitMs = 10_000 }: WatchDeps,
  module: URL,
  envelope: Readonly<Record<string, string>>,
): SenderWatch {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let file: { readonly path: string; readonly handle: FileHandle } | null = null;
  let isBroken = false;

  const guarded = async <T>(work: () => Promise<T>): Promise<T | null> => {
    if (isBroken) return null;
    try {
      return await work();
    } catch (error) {
      isBroken = true;
      log.warn('sender_not_checked', errorFacts(error));
      return null;
    }
  };

  const toFile = async (): Promise<void> => {
    if (!file) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const path = join(dir, randomToken());
      file = { path, handle: await open(path, 'wx', 0o600) };
    }
    for (const chunk of chunks) await file.handle.write(chunk);
    chunks = [];
  };

  return {
    add: async (chunk) => {
      bytes += chunk.length;
      if (bytes > maxBytes) isBroken = true;
      if (isBroken) return;
      chunks.push(Buffer.from(chunk));
      if (file || bytes > MEMORY_BYTES) await guarded(toFile);
    },
    result: () =>
      guarded(async () => {
        const source = file ? { file: file.path } : { content: Buffer.concat(chunks) };
        return within(timeLimitMs, authenticator.authenticate({ authenticator: module.href, envelope, bytes, source }), () => null);
      }),
    end: async () => {
      isBroken = true;
      chunks = [];
      const ending = file;
      file = null;
      await ending?.handle.close().catch(() => {});
      if (ending) await rm(ending.path, { force: true }).catch(() => {});
    },
  };
}
