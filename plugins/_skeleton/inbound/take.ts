import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InboxId } from '../../../core/lib/ids.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';

const MAX_BYTES = 1024 * 1024;

/** Keeps every file of `in/` and removes it only after that: a crash between the two repeats it, and core knows it by its id. */
export async function takeFromFolder(host: ChannelHost, inboxId: number, folder: string, signal: AbortSignal): Promise<void> {
  const dir = join(folder, 'in');
  for (const name of (await readdir(dir)).filter((file) => file.endsWith('.json')).sort()) {
    if (signal.aborted) return;
    const path = join(dir, name);
    const kept = await host.keep({
      inboxIds: [inboxId as InboxId],
      contentType: 'application/json',
      envelope: { file: name },
      body: createReadStream(path),
      maxBytes: MAX_BYTES,
    });
    if (kept.state === 'too_large') host.log.warn('file_too_large', { file: name, bytes: kept.bytes });
    await rm(path);
  }
}
