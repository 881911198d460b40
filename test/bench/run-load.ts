import { until } from '../support/until.ts';
import { type MailSize, mailMaker } from './mails.ts';
import { cpuBetween, cpuTimes, processTree } from './measure.ts';
import { BENCH_INBOX } from './seed.ts';
import { type SmtpResult, smtpLoad } from './smtp-load.ts';

export interface Load {
  readonly size: MailSize;
  readonly connections: number;
  readonly reuse: boolean;
  readonly messages: number;
  /** Of the own network (`mailMaker`). */
  readonly inside?: boolean;
  /** Mails a second; absent: as many as the server takes. */
  readonly pace?: number;
}

/** A mail server under load. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Other processes that work for it. */
  readonly helpers?: readonly number[];
  readonly isOutside?: boolean;
  /** Senders use STARTTLS. */
  readonly secure: boolean;
  /** How many mails it has done everything with since it started. */
  readonly done: () => number;
}

export interface Run {
  readonly result: SmtpResult;
  /** Mails/s from the first byte until the last of them was a conversation, or lay in the maildir. */
  readonly endToEnd: number;
  /** How long what was accepted but not done took after the load, as a share of the time of the load. */
  readonly drain: number;
  readonly cpuMs: number;
  readonly foreignCores: number;
}

const LIMIT_MS = 60_000;
const DRAIN_LIMIT_MS = 600_000;

/** One load on one server; then waits until the server has done everything with what it took. */
export async function runLoad(load: Load, { port, pid, helpers = [], secure, isOutside = false, done }: Server): Promise<Run> {
  const already = done();
  const mail = await mailMaker(load.size, BENCH_INBOX, load.inside);
  const processes = () => [pid, ...helpers].flatMap(processTree);
  const before = cpuTimes(processes());
  const result = await smtpLoad({ ...load, port, secure, isOutside, to: BENCH_INBOX, mail, limitMs: LIMIT_MS });
  await until('everything is processed', () => done() - already >= result.kept, DRAIN_LIMIT_MS);
  const after = cpuTimes(processes());
  const { serverMs, foreignCores } = cpuBetween(before, after);
  const seconds = (after.atMs - before.atMs) / 1000;
  return {
    result,
    endToEnd: result.kept / seconds,
    drain: Math.max(0, seconds - result.seconds) / result.seconds,
    cpuMs: serverMs / Math.max(1, result.kept),
    foreignCores,
  };
}

/** Code compiled, which takes some thousand mails, files cached, connections of the database open. */
export const warm = (server: Server, messages = 3000, inside = false): Promise<Run> =>
  runLoad({ size: '4k', connections: 10, messages, reuse: true, inside }, server);
