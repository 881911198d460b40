import { existsSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { type Blobs, openBlobs } from '../blobs/blobs.ts';
import { eventLoopFirst } from '../lib/event-loop-first.ts';
import { giveBack } from '../lib/give-back.ts';
import type { Interpret } from '../plugins/contract.ts';
import { indexedWords } from '../search/indexed-words.ts';
import type { InterpretOrder, InterpretReply, InterpretWarming } from './interpreter.ts';
import { openWhole } from './open-bytes.ts';
import { prepareInbound } from './prepare.ts';
import type { InterpretedMessage } from './types.ts';

let store: { readonly dir: string; readonly blobs: Blobs } | null = null;
const interpreters = new Map<string, Interpret>();

async function interpreterOf(url: string): Promise<Interpret> {
  const known = interpreters.get(url);
  if (known) return known;
  const { default: interpret }: { default: Interpret } = await import(url);
  interpreters.set(url, interpret);
  parentPort?.postMessage('reading');
  return interpret;
}

async function run(job: InterpretOrder): Promise<InterpretReply> {
  if (store?.dir !== job.blobsDir) store = { dir: job.blobsDir, blobs: openBlobs(job.blobsDir) };
  const { blobs } = store;
  // What is found in them is told by texts and by files that are stored by then.
  const used: Uint8Array[] = [];
  try {
    const interpret = await interpreterOf(job.interpreter);
    const inbound = await interpret({
      inbox: job.inbox,
      contentType: job.contentType,
      envelope: job.envelope,
      receivedAt: new Date(job.receivedAt),
      bytes: job.bytes,
      open: () => openWhole(blobs.path(job.sha256), used),
    });
    const items = [];
    for (const one of inbound) {
      const item = await prepareInbound(one, blobs);
      if ('attachments' in one) used.push(...one.attachments.map(({ content }) => content));
      items.push(item.kind === 'message' ? { ...item, words: wordsIn(item) } : item);
    }
    return { items };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT' && !existsSync(blobs.path(job.sha256));
    return { error: error instanceof Error ? error.message : String(error), isMissing };
  } finally {
    used.forEach(giveBack);
  }
}

const wordsIn = (item: InterpretedMessage): string =>
  indexedWords({ ...item, to: [...item.to, ...item.cc], hasAttachment: item.attachments.some((one) => !one.inline) });

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (order: InterpretOrder | InterpretWarming) => {
  // Code that cannot be loaded is told of by the first thing that needs it.
  if ('warm' in order) last = last.then(() => interpreterOf(order.warm)).catch(() => {});
  else last = last.then(() => run(order)).then((reply) => parentPort?.postMessage(reply));
});
eventLoopFirst();
// The time limit counts from here: on a busy machine loading this file may take longer than reading a mail.
parentPort?.postMessage('ready');
