import { rmSync } from 'node:fs';
import { type HttpResult, httpLoad } from './http-load.ts';
import { cpuBetween, cpuTimes, median, processTree, quietMachine, round, table } from './measure.ts';
import { logIn, startProduct } from './product.ts';
import { BENCH_AGENT } from './seed.ts';
import { seededFolder } from './seeded.ts';

const RUNS = 5;
const RUN_MS = 4000;

interface Page {
  readonly title: string;
  readonly paths: (conversations: number) => readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly mustContain: string;
}

const spread = (conversations: number): readonly string[] =>
  Array.from({ length: 200 }, (_, i) => `/conversations/${1 + Math.floor((i / 200) * conversations)}`);
const HTMX = { 'hx-request': 'true', 'hx-request-type': 'partial' };

const PAGES: readonly Page[] = [
  { title: 'list', paths: () => ['/conversations'], headers: {}, mustContain: '</html>' },
  { title: 'list, htmx part', paths: () => ['/conversations'], headers: HTMX, mustContain: '' },
  { title: 'conversation', paths: spread, headers: {}, mustContain: '</html>' },
];

/** FreeScout 1.8.235 as recorded on a machine like this one (design/performance.md §2); it cannot be installed here, so these are not from the same run. */
const FREESCOUT: Readonly<Record<string, { p50: number; perSecond: number; p99: number; kb: number }>> = {
  'list 10000': { p50: 51, perSecond: 39.2, p99: 522, kb: 168 },
  'list 100000': { p50: 96, perSecond: 23, p99: 1046, kb: 168 },
  'conversation 10000': { p50: 42, perSecond: 53.3, p99: 420, kb: 57 },
  'conversation 100000': { p50: 109, perSecond: 16.9, p99: 1228, kb: 57 },
};

interface Measured {
  readonly one: HttpResult;
  readonly many: HttpResult;
  readonly cpuMs: number;
}

/** List and conversation pages at one and at sixteen clients; medians of five runs. */
export async function benchWeb([sizes = '10000,100000', runs = String(RUNS), runMs = String(RUN_MS)]: readonly string[]): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const conversations of sizes.split(',').map(Number)) {
    const dataDir = await seededFolder(conversations);
    const product = await startProduct(dataDir);
    try {
      const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
      for (const page of PAGES) {
        const measured: Measured[] = [];
        for (let run = 0; run < Number(runs); run += 1)
          measured.push(await measure(page, product.url, product.pid, conversations, cookie, Number(runMs)));
        rows.push(row(page, conversations, measured));
        console.error(rows.at(-1)?.join(' | '));
      }
    } finally {
      await product.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  const head = [
    'page',
    'conversations',
    'c=1 p50 / p95 / p99 ms',
    'CPU ms',
    'c=16 req/s',
    'c=16 p50 / p95 / p99 ms',
    'KB',
    'FreeScout p50, req/s (recorded)',
    'ratio p50, req/s',
    'wrong',
  ];
  console.log(table(head, rows));
}

async function measure(page: Page, url: string, pid: number, conversations: number, cookie: string, durationMs: number): Promise<Measured> {
  await quietMachine();
  const load = {
    urls: page.paths(conversations).map((path) => url + path),
    headers: { ...page.headers, cookie },
    mustContain: page.mustContain,
  };
  await httpLoad({ ...load, clients: 1, durationMs: 300 });
  const before = cpuTimes(processTree(pid));
  const one = await httpLoad({ ...load, clients: 1, durationMs });
  const { serverMs } = cpuBetween(before, cpuTimes(processTree(pid)));
  const many = await httpLoad({ ...load, clients: 16, durationMs });
  return { one, many, cpuMs: serverMs / Math.max(1, one.requests) };
}

function row(page: Page, conversations: number, all: readonly Measured[]): (string | number)[] {
  const of = (pick: (one: Measured) => number, digits = 1): number => round(median(all.map(pick)), digits);
  const peer = FREESCOUT[`${page.title} ${conversations}`];
  const [p50, perSecond] = [of((m) => m.one.p50, 2), of((m) => m.many.perSecond)];
  return [
    page.title,
    conversations,
    `${p50} / ${of((m) => m.one.p95, 2)} / ${of((m) => m.one.p99, 2)}`,
    of((m) => m.cpuMs, 2),
    perSecond,
    `${of((m) => m.many.p50)} / ${of((m) => m.many.p95)} / ${of((m) => m.many.p99)}`,
    of((m) => m.one.bytes / 1024),
    peer ? `${peer.p50}, ${peer.perSecond}` : '',
    peer ? `1/${round(peer.p50 / p50)}, ${round(perSecond / peer.perSecond)}x` : '',
    all.reduce((sum, { one, many }) => sum + one.wrong + many.wrong, 0),
  ];
}
