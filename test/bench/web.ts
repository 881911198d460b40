import { COMMON_WORD, RARE_WORD } from './corpus.ts';
import { type HttpResult, httpLoad } from './http-load.ts';
import { type Engine, installation } from './installation.ts';
import { cpuBetween, cpuTimes, median, processTree, quietMachine, round, table } from './measure.ts';
import { logIn, startProduct } from './product.ts';
import { BENCH_AGENT } from './seed.ts';

export interface Page {
  readonly title: string;
  readonly paths: (conversations: number) => readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly mustContain: string;
}

const spread = (conversations: number): readonly string[] =>
  Array.from({ length: 200 }, (_, i) => `/conversations/${1 + Math.floor((i / 200) * conversations)}`);
const HTMX = { 'hx-request': 'true', 'hx-request-type': 'partial' };

export const PAGES: readonly Page[] = [
  { title: 'list', paths: () => ['/conversations'], headers: {}, mustContain: '</html>' },
  { title: 'list, htmx part', paths: () => ['/conversations'], headers: HTMX, mustContain: '' },
  { title: 'conversation', paths: spread, headers: {}, mustContain: '</html>' },
];

const searchFor = (word: string): Pick<Page, 'paths' | 'headers' | 'mustContain'> => ({
  paths: () => [`/conversations?folder=all&q=${word}`],
  headers: HTMX,
  mustContain: 'class="row1',
});

/** The part of the list that a search fills: a word of ten messages, and one of every tenth. */
const SEARCHES: readonly Page[] = [
  { title: 'search, rare word', ...searchFor(RARE_WORD) },
  { title: 'search, common word', ...searchFor(COMMON_WORD) },
];
const MEASURED = [...PAGES, ...SEARCHES];

/** FreeScout 1.8.235 as recorded on a machine like this one (design/performance.md §2); it cannot be installed here, so these are not from the same run. */
const FREESCOUT: Readonly<Record<string, { p50: number; perSecond: number; p99: number; kb: number }>> = {
  'search, rare word 10000': { p50: 628, perSecond: 3.1, p99: 5543, kb: 0 },
  'search, common word 10000': { p50: 768, perSecond: 2.5, p99: 6989, kb: 0 },
  'search, rare word 100000': { p50: 6107, perSecond: 0.08, p99: 188_040, kb: 0 },
  'search, common word 100000': { p50: 7144, perSecond: 0.15, p99: 106_330, kb: 0 },
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

/** List, conversation and search at one and at sixteen clients; medians of five runs. `postgres` as second argument: on PostgreSQL. */
export async function benchWeb([sizes = '10000,100000', engine = 'sqlite', runs = '5', runMs = '4000']: readonly string[]): Promise<void> {
  if (engine !== 'sqlite' && engine !== 'postgres') throw new Error('The engine is sqlite or postgres.');
  const counts = sizes.split(',').map(Number);
  const results = new Map<string, readonly Measured[]>();
  for (const conversations of counts) {
    const each = await measureAll(engine, conversations, Number(runs), Number(runMs));
    for (const [page, measured] of each) results.set(`${page.title} ${conversations}`, measured);
  }
  const rows = counts.flatMap((count) => MEASURED.map((page) => row(page, count, results.get(`${page.title} ${count}`) ?? [])));
  console.log(`${engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}\n\n${table(HEAD, rows)}\n`);
  const [small, large] = [counts[0], counts.at(-1)];
  if (small === large) return;
  for (const { title } of MEASURED) {
    const of = (count: number | undefined): number => median((results.get(`${title} ${count}`) ?? []).map(({ one }) => one.p50));
    console.log(`${title}: p50 at ${large} is ${round(of(large) / of(small), 2)} of p50 at ${small} (target ≤ 1.15)`);
  }
}

const HEAD = [
  'page',
  'conversations',
  'c=1 p50 / p95 / p99 ms',
  'CPU ms',
  'c=16 req/s',
  'c=16 p50 / p95 / p99 ms',
  'KB',
  'FreeScout p50, req/s, p99 at 16 (recorded)',
  'ratio p50, req/s, p99',
  'wrong',
];

async function measureAll(engine: Engine, conversations: number, runs: number, runMs: number): Promise<Map<Page, Measured[]>> {
  const results = new Map<Page, Measured[]>();
  const place = await installation(engine, conversations);
  try {
    const product = await startProduct(place.dataDir, place.env);
    try {
      const cookie = await logIn(product.url, BENCH_AGENT.email, BENCH_AGENT.password);
      for (let run = 0; run < runs; run += 1)
        for (const page of MEASURED) {
          const measured = await measure(page, product.url, product.pid, conversations, cookie, runMs);
          results.set(page, [...(results.get(page) ?? []), measured]);
          console.error(
            `${conversations}, run ${run + 1}, ${page.title}: p50 ${round(measured.one.p50, 2)} ms, ${round(measured.many.perSecond)}/s`,
          );
        }
    } finally {
      await product.stop();
    }
  } finally {
    await place.remove();
  }
  return results;
}

/** What its visitors ask for, and what they must get. */
export const loadOf = (page: Page, url: string, conversations: number, cookie: string) => ({
  urls: page.paths(conversations).map((path) => url + path),
  headers: { ...page.headers, cookie },
  mustContain: page.mustContain,
});

async function measure(page: Page, url: string, pid: number, conversations: number, cookie: string, durationMs: number): Promise<Measured> {
  await quietMachine();
  const load = loadOf(page, url, conversations, cookie);
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
    peer ? `${peer.p50}, ${peer.perSecond}, ${peer.p99}` : '',
    peer ? `1/${round(peer.p50 / p50)}, ${round(perSecond / peer.perSecond)}x, 1/${round(peer.p99 / of((m) => m.many.p99))}` : '',
    all.reduce((sum, { one, many }) => sum + one.wrong + many.wrong, 0),
  ];
}
