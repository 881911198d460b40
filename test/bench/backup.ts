import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { type BackupTimes, pgDump, plainCopy, restoreLatest, seconds, sqliteBackup, tarZstd, timedBackup } from './backup-times.ts';
import { httpLoad } from './http-load.ts';
import { type Installation, installation } from './installation.ts';
import { mailMaker } from './mails.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { logIn, type Product, startProduct } from './product.ts';
import { BENCH_AGENT, BENCH_INBOX } from './seed.ts';
import { smtpLoad } from './smtp-load.ts';
import { loadOf, PAGES } from './web.ts';

const MB = 1024 ** 2;
/** Mails of 200 KB kept as files, beside the conversations that are rows only. */
const FILES = 500;
/** The same for the machine that is backed up and the one that is restored. */
const KEY = 'BENCH-BENCH-BENCH-BENCH-BENCH-BENCH-BENCH-BENCH';
/** Copies of SQLite’s own and ours in turns: the median of their ratios counts. */
const PAIRS = 5;
/** Mail waits to be dealt with by then, as it does meanwhile. */
const WARM_MS = 3_000;
const ACCEPT_MS = 10_000;
const IDLE_MS = 5_000;

/**
 * A verified backup of so many conversations and 100 MB of files beside what plain tools take for the same, at rest; pages and mail while
 * one is made; and putting it back. With `postgres`: beside pg_dump of the same conversations.
 */
export async function benchBackup(args: readonly string[]): Promise<void> {
  const conversations = Number(args.find((word) => /^\d+$/.test(word)) ?? 100_000);
  const place = await installation('sqlite', conversations);
  const scratch = mkdtempSync(join(tmpdir(), 'centrala-bench-'));
  const env = {
    ...process.env,
    ...place.env,
    CENTRALA_DATA_DIR: place.dataDir,
    CENTRALA_BACKUP_DIR: join(scratch, 'repository'),
    CENTRALA_BACKUP_KEY: KEY,
  };
  try {
    await bringFiles(place);
    const rest = await atRest(place.dataDir, scratch, env);
    // Last: what it brings is not waited for.
    const busy = await whileRunning(place, conversations, env);
    const dump = args.includes('postgres') ? await dumped(conversations, scratch) : null;
    console.log(`${conversations} conversations, ${round(rest.bytes / MB, 0)} MB to keep\n`);
    console.log(table(['at rest', 'seconds', 'MB/s', 'beside', 'target'], restRows(rest, dump)));
    console.log(`\n${table(['while a backup is made', 'before', 'meanwhile', 'ratio', 'target'], busy)}`);
  } finally {
    await place.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface AtRest {
  readonly first: BackupTimes;
  readonly second: BackupTimes;
  readonly restored: number;
  /** Seconds, the median of each and of their ratios. */
  readonly copy: { readonly raw: number; readonly ours: number; readonly ratio: number };
  readonly tar: number;
  readonly copied: number;
  readonly bytes: number;
  readonly databaseBytes: number;
}

async function atRest(dataDir: string, scratch: string, env: NodeJS.ProcessEnv): Promise<AtRest> {
  rmSync(env['CENTRALA_BACKUP_DIR'] ?? '', { recursive: true, force: true });
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    await quietMachine();
    return seconds(work);
  };
  const raws: number[] = [];
  const rawCopy = async (): Promise<void> => {
    raws.push(await timed(() => sqliteBackup(dataDir, join(scratch, 'raw.sqlite'))));
    rmSync(join(scratch, 'raw.sqlite'));
  };
  const tar = await timed(() => tarZstd(dataDir, join(scratch, 'data.tar.zst')));
  const copied = await timed(() => plainCopy(dataDir, join(scratch, 'copy')));
  for (const name of ['data.tar.zst', 'copy']) rmSync(join(scratch, name), { recursive: true, force: true });
  // Each of ours beside one of SQLite's, since the disk is not the same at every moment.
  const ours: BackupTimes[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    await rawCopy();
    await quietMachine();
    ours.push(await timedBackup(env));
  }
  const [first, second] = ours;
  if (!first || !second) throw new Error('There are no two backups to compare.');
  const copy = {
    raw: median(raws),
    ours: median(ours.map((one) => one.copy)),
    ratio: median(ours.map((one, n) => one.copy / (raws[n] ?? 0))),
  };
  const restored = await timed(() => restoreLatest({ ...env, CENTRALA_DATA_DIR: join(scratch, 'restored') }));
  const databaseBytes = statSync(join(dataDir, 'centrala.sqlite')).size;
  return { first, second, restored, copy, tar, copied, bytes: first.bytes, databaseBytes };
}

/** Seconds that pg_dump takes for as many conversations. */
async function dumped(conversations: number, scratch: string): Promise<number> {
  const place = await installation('postgres', conversations);
  try {
    await quietMachine();
    return await seconds(() => pgDump(place.env['CENTRALA_DATABASE_URL'] ?? '', join(scratch, 'dump')));
  } finally {
    await place.remove();
  }
}

function restRows(rest: AtRest, dump: number | null): readonly (readonly (string | number)[])[] {
  const { first, second, restored, copy, tar, copied, bytes, databaseBytes } = rest;
  const row = (title: string, time: number, size: number | null, beside = '', target = ''): (string | number)[] => [
    title,
    round(time),
    size === null ? '' : round(size / MB / time),
    beside,
    target,
  ];
  return [
    row('SQLite’s backup API, the database alone', copy.raw, databaseBytes),
    row('our copy of the database', copy.ours, databaseBytes, `${round(copy.ratio, 2)} of it`, '≤ 1.5'),
    row('tar and zstd of the folder', tar, bytes),
    row('copy and store, everything new', first.copy + first.store, bytes, `${round((first.copy + first.store) / tar, 2)} of tar and zstd`),
    row('the same again, nothing new', second.copy + second.store, bytes, `${round(second.addedBytes / MB)} MB added`),
    row('restore on trial and compare', first.trial, bytes),
    row('the whole command', first.total, bytes),
    row('plain copy and quick_check', copied, bytes),
    row('restore', restored, bytes, `${round(restored / copied, 2)} of it`, '≤ 2'),
    ...(dump === null
      ? []
      : [
          row('pg_dump of the same conversations', dump, null),
          row('our copy of the SQLite database', copy.ours, databaseBytes, `1/${round(dump / copy.ours)} of it`, '≤ 1/6'),
        ]),
  ];
}

async function bringFiles(place: Installation): Promise<void> {
  const product = await startProduct(place.dataDir, place.env);
  try {
    const mail = await mailMaker('200k', BENCH_INBOX);
    await smtpLoad({ port: product.smtpPort, to: BENCH_INBOX, mail, connections: 10, messages: FILES, reuse: true, limitMs: 300_000 });
    await until('everything is processed', () => product.settled() >= FILES, 600_000);
  } finally {
    await product.stop();
  }
}

async function whileRunning(place: Installation, conversations: number, env: NodeJS.ProcessEnv): Promise<(string | number)[][]> {
  const product = await startProduct(place.dataDir, place.env);
  try {
    const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
    const rows: (string | number)[][] = [];
    for (const page of PAGES) {
      const load = { ...loadOf(page, product.url, conversations, cookie), clients: 1 };
      await httpLoad({ ...load, durationMs: 1000 });
      await quietMachine();
      const before = await httpLoad({ ...load, durationMs: IDLE_MS });
      const meanwhile = await duringBackup(env, () => httpLoad({ ...load, durationMs: 2000 }));
      const p99 = median(meanwhile.map((one) => one.p99));
      rows.push([`${page.title}, p99 ms`, round(before.p99), round(p99), round(p99 / before.p99, 2), '≤ 2']);
    }
    await quietMachine();
    const rates = await acceptRates(product, env);
    rows.push(['mail accepted per second', round(rates.before), round(rates.meanwhile), round(rates.meanwhile / rates.before, 2), '≥ 0.7']);
    return rows;
  } finally {
    await product.stop();
  }
}

/** Repeats the work until a backup that begins with it has ended; what was begun last does not count. */
async function duringBackup<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<readonly T[]> {
  let isDone = false;
  const backup = timedBackup(env).finally(() => {
    isDone = true;
  });
  const results: T[] = [];
  while (!isDone) {
    const result = await work();
    if (!isDone || results.length === 0) results.push(result);
  }
  await backup;
  return results;
}

/** Mails of 4 KB that ten connections hand over without a pause, per second, before a backup and while it is made. */
async function acceptRates(
  { smtpPort }: Product,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly before: number; readonly meanwhile: number }> {
  const mail = await mailMaker('4k', BENCH_INBOX);
  const enough = new AbortController();
  let kept = 0;
  const load = smtpLoad({
    port: smtpPort,
    to: BENCH_INBOX,
    mail,
    connections: 10,
    messages: Number.POSITIVE_INFINITY,
    reuse: true,
    limitMs: 300_000,
    signal: enough.signal,
    onKept: () => {
      kept += 1;
    },
  });
  const perSecond = async (work: () => Promise<unknown>): Promise<number> => {
    const first = kept;
    const took = await seconds(work);
    return (kept - first) / took;
  };
  await sleep(WARM_MS);
  const before = await perSecond(() => sleep(ACCEPT_MS));
  const meanwhile = await perSecond(() => timedBackup(env));
  enough.abort();
  await load;
  return { before, meanwhile };
}
