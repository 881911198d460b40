import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createDns } from '../dns/resolver.ts';
import { eventLoopFirst } from '../lib/event-loop-first.ts';
import { giveBack } from '../lib/give-back.ts';
import type { Authenticate } from '../plugins/contract.ts';
import type { AuthenticateReply, AuthenticateRequest } from './authenticator.ts';
import { openBytes } from './open-bytes.ts';

const { dnsServers } = z.object({ dnsServers: z.array(z.string()) }).parse(workerData);
const dns = createDns({ servers: dnsServers });

async function run({ id, authenticator, envelope, bytes, source }: AuthenticateRequest): Promise<AuthenticateReply> {
  const used: Uint8Array[] = [];
  const open = (): Readable => ('file' in source ? openBytes(source.file, bytes, used) : Readable.from([Buffer.from(source.content)]));
  try {
    const { default: authenticate }: { default: Authenticate } = await import(authenticator);
    return { id, found: await authenticate({ envelope, bytes, open, dns }) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  } finally {
    used.forEach(giveBack);
  }
}

parentPort?.on('message', (request: AuthenticateRequest) => {
  run(request).then((reply) => parentPort?.postMessage(reply));
});
eventLoopFirst();
// The time limit counts from here: on a busy machine loading this file takes a while.
parentPort?.postMessage('ready');
