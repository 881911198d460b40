import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutboundMessage, SendOutcome, SendResult } from '../../../core/plugins/contract.ts';

/** Writes one file for each recipient. Written beside its place and then renamed, so that nobody reads half a message. */
export async function sendToFolder(message: OutboundMessage, folder: string): Promise<readonly SendResult[]> {
  const results: SendResult[] = [];
  for (const { deliveryId, address } of message.recipients) {
    const outcome = await write(message, folder, address, `${message.externalId}-${deliveryId}.json`).catch(outcomeOf);
    results.push({ deliveryId, outcome });
  }
  return results;
}

async function write(message: OutboundMessage, folder: string, to: string, name: string): Promise<SendOutcome> {
  if (await isBlocked(folder, to)) return { state: 'refused', reason: `${to} does not want messages`, status: null };
  const { externalId, fromName, text, inReplyTo } = message;
  const path = join(folder, 'out', name);
  await writeFile(`${path}.part`, JSON.stringify({ id: externalId, to, fromName, text, answers: inReplyTo }), { flush: true });
  await rename(`${path}.part`, path);
  return { state: 'accepted', reply: name };
}

/** `blocked.txt`: one address on each line. */
async function isBlocked(folder: string, address: string): Promise<boolean> {
  const list = await readFile(join(folder, 'blocked.txt'), 'utf8').catch(() => '');
  return list.split(/\r?\n/).includes(address);
}

/** The folder may be away (unmounted, full): that passes. */
const outcomeOf = (error: unknown): SendOutcome => ({ state: 'deferred', reason: String(error), status: null });
