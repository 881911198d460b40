import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { until } from '../support/until.ts';
import { type HttpResult, httpLoad } from './http-load.ts';
import { installation } from './installation.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { logIn, startProduct } from './product.ts';
import type { Push } from './push.ts';
import { BENCH_AGENT } from './seed.ts';
import { type Extra, inTheWay, surroundings, wordsOf } from './surroundings.ts';
import { loadOf, PAGES, type Page } from './web.ts';

const CONVERSATIONS = 10_000;
const EACH_MS = 8000;

interface Sample {
  readonly idle: HttpResult;
  readonly busy: HttpResult;
}

/** Pages at one client while nothing else happens, and while 50 connections push mail as fast as it is taken. */
export async function benchBusy(args: readonly string[]): Promise<void> {
  const { rounds, extras } = wordsOf(args, 3);
  const samples = new Map<Page, Sample[]>(PAGES.map((page) => [page, []]));
  const rates: number[] = [];
  for (let turn = 1; turn <= rounds; turn += 1) {
    const { pages, perSecond } = await measure(extras);
    for (const [page, sample] of pages) samples.get(page)?.push(sample);
    rates.push(perSecond);
    console.error(`round ${turn}: ${round(perSecond)} mails per second meanwhile`);
  }
  const rows = [...samples].map(([{ title }, all]) => {
    const of = (pick: (sample: Sample) => number): number => round(median(all.map(pick)), 2);
    const wrong = all.reduce((sum, { idle, busy }) => sum + idle.wrong + busy.wrong, 0);
    return [
      title,
      `${of(({ idle }) => idle.p50)} / ${of(({ idle }) => idle.p99)}`,
      `${of(({ busy }) => busy.p50)} / ${of(({ busy }) => busy.p99)}`,
      of(({ idle, busy }) => busy.p99 / idle.p99),
      '≤ 3',
      wrong,
    ];
  });
  const head = ['page', 'idle p50 / p99 ms', 'while 50 connections push, p50 / p99 ms', 'p99 of idle', 'target', 'wrong'];
  console.log(`In the way: ${inTheWay(extras)}. ${round(median(rates))} mails/s accepted meanwhile.\n\n${table(head, rows)}`);
}

async function measure(extras: readonly Extra[]): Promise<{ pages: ReadonlyMap<Page, Sample>; perSecond: number }> {
  const around = await surroundings(extras);
  const place = await installation('sqlite', CONVERSATIONS);
  const product = await startProduct(place.dataDir, { ...place.env, ...around.env });
  try {
    const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
    const each = async (durationMs: number): Promise<readonly HttpResult[]> => {
      const results: HttpResult[] = [];
      for (const page of PAGES)
        results.push(await httpLoad({ ...loadOf(page, product.url, CONVERSATIONS, cookie), clients: 1, durationMs }));
      return results;
    };
    await each(300);
    await quietMachine();
    lookFirst();
    const idle = await each(EACH_MS);
    const kept = new Uint32Array(new SharedArrayBuffer(4));
    const workerData: Push = { port: product.smtpPort, secure: around.secure, kept };
    const sender = new Worker(new URL('./push.ts', import.meta.url), { workerData });
    try {
      await until('mail pours in', () => Atomics.load(kept, 0) > 500, 60_000);
      const [before, started] = [Atomics.load(kept, 0), performance.now()];
      const busy = await each(EACH_MS);
      const perSecond = (Atomics.load(kept, 0) - before) / ((performance.now() - started) / 1000);
      const pages = PAGES.flatMap((page, n) => (idle[n] && busy[n] ? [[page, { idle: idle[n], busy: busy[n] }] as const] : []));
      return { pages: new Map(pages), perSecond };
    } finally {
      await sender.terminate();
    }
  } finally {
    await product.stop();
    await place.remove();
    await around.stop();
  }
}

/** Whoever looks at a page does so on another machine: this thread, which takes the time, waits for no processor that those who push have. Only root may. */
function lookFirst(): void {
  try {
    setPriority(0, -10);
  } catch {
    console.error('not root: what a page takes holds the wait of this program for a processor, too');
  }
}
