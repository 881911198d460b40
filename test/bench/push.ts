import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { mailMaker } from './mails.ts';
import { BENCH_INBOX } from './seed.ts';
import { smtpLoad } from './smtp-load.ts';

export interface Push {
  readonly port: number;
  readonly secure: boolean;
  /** Its first number: how many mails were kept so far. */
  readonly kept: Uint32Array<SharedArrayBuffer>;
}

/** A thread of its own that pushes 4 KB mails over 50 connections as fast as they are taken, until it is ended. */
const { port, secure, kept }: Push = workerData;
// Not that of the thread which began this one.
setPriority(0, 0);
await smtpLoad({
  port,
  secure,
  to: BENCH_INBOX,
  mail: await mailMaker('4k', BENCH_INBOX),
  connections: 50,
  messages: Number.POSITIVE_INFINITY,
  reuse: true,
  limitMs: 600_000,
  onKept: () => Atomics.add(kept, 0, 1),
});
