import { parentPort, workerData } from 'node:worker_threads';
import { generate } from 'selfsigned';
import { z } from 'zod';

const { hostname, from, until } = z.object({ hostname: z.string(), from: z.date(), until: z.date() }).parse(workerData);

const made = await generate([{ name: 'commonName', value: hostname.slice(0, 64) }], {
  keySize: 2048,
  algorithm: 'sha256',
  notBeforeDate: from,
  notAfterDate: until,
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: hostname }] }],
});
parentPort?.postMessage(`${made.cert.trim()}\n${made.private.trim()}\n`);
