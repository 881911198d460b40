import { type PeerServer, startPostfix } from '../support/postfix.ts';
import { until } from '../support/until.ts';
import { installation } from './installation.ts';
import { type MailSize, mailMaker } from './mails.ts';
import { cpuBetween, cpuTimes, median, processTree, quietMachine, round, table } from './measure.ts';
import { type Product, startProduct } from './product.ts';
import { BENCH_INBOX } from './seed.ts';
import { type SmtpResult, smtpLoad } from './smtp-load.ts';

interface Case {
  readonly title: string;
  readonly size: MailSize;
  readonly connections: number;
  readonly reuse: boolean;
  readonly messages: number;
  /** What performance.md §8 wants of the ratio to Postfix. */
  readonly target: number;
}

const CASES: readonly Case[] = [
  { title: '4 KB, 1 connection', size: '4k', connections: 1, reuse: true, messages: 400, target: 1 },
  { title: '4 KB, 10 connections', size: '4k', connections: 10, reuse: true, messages: 1500, target: 2 },
  { title: '4 KB, 50 connections', size: '4k', connections: 50, reuse: true, messages: 3000, target: 3 },
  { title: '4 KB, one per connection, 50 at once', size: '4k', connections: 50, reuse: false, messages: 1500, target: 1 },
  { title: '200 KB, 1 connection', size: '200k', connections: 1, reuse: true, messages: 100, target: 0.7 },
  { title: '200 KB, 10 connections', size: '200k', connections: 10, reuse: true, messages: 250, target: 1 },
  { title: '200 KB, 50 connections', size: '200k', connections: 50, reuse: true, messages: 350, target: 1 },
];

const LIMIT_MS = 60_000;
const NOISY_CORES = 0.35;

interface Sample {
  readonly product: SmtpResult;
  readonly peer: SmtpResult;
  /** Until all mails of the load were conversations, from the first byte: messages/s, and the same for delivery into the maildir. */
  readonly productEndToEnd: number;
  readonly peerEndToEnd: number;
  readonly cpuMs: { readonly product: number; readonly peer: number };
  readonly foreignCores: number;
}

/** Accepts and end-to-end rates beside Postfix, in turn, on the same machine; medians over rounds of the ratios within each round. */
export async function benchSmtp([rounds = '5', only = '']: readonly string[]): Promise<void> {
  const place = await installation('sqlite', 1000);
  const [product, peer] = [await startProduct(place.dataDir, place.env), await startPostfix(BENCH_INBOX)];
  const samples = new Map<Case, Sample[]>();
  try {
    await Promise.all([warm(product.smtpPort), warm(peer.port)]);
    for (let turn = 1; turn <= Number(rounds); turn += 1) {
      for (const one of CASES.filter(({ title }) => title.includes(only))) {
        await quietMachine();
        const sample = await measure(one, product, peer);
        samples.set(one, [...(samples.get(one) ?? []), sample]);
        const { perSecond, kept } = sample.product;
        console.error(`round ${turn}, ${one.title}: ${round(perSecond)} and ${round(sample.peer.perSecond)} per second, ${kept} kept`);
      }
    }
  } finally {
    await product.stop();
    await peer.stop();
    await place.remove();
  }
  print(samples);
}

const warm = async (port: number): Promise<unknown> =>
  smtpLoad({ port, to: BENCH_INBOX, mail: mailMaker('4k', BENCH_INBOX), connections: 5, messages: 100, reuse: true, limitMs: LIMIT_MS });

async function measure(one: Case, product: Product, peer: PeerServer): Promise<Sample> {
  const ours = await run(one, product.smtpPort, product.pid, product.settled);
  await quietMachine(10_000);
  const theirs = await run(one, peer.port, peer.pid, peer.delivered);
  return {
    product: ours.result,
    peer: theirs.result,
    productEndToEnd: ours.endToEnd,
    peerEndToEnd: theirs.endToEnd,
    cpuMs: { product: ours.cpuMs, peer: theirs.cpuMs },
    foreignCores: Math.max(ours.foreignCores, theirs.foreignCores),
  };
}

interface Run {
  readonly result: SmtpResult;
  readonly endToEnd: number;
  readonly cpuMs: number;
  readonly foreignCores: number;
}

/** One load on one server; then waits until the server has done everything with what it took. */
async function run(one: Case, port: number, pid: number, done: () => number): Promise<Run> {
  const already = done();
  const mail = mailMaker(one.size, BENCH_INBOX);
  const pids = processTree(pid);
  const before = cpuTimes(pids);
  const result = await smtpLoad({ ...one, port, to: BENCH_INBOX, mail, limitMs: LIMIT_MS });
  await until('everything is processed', () => done() - already >= result.kept, 300_000);
  const after = cpuTimes(processTree(pid));
  const { serverMs, foreignCores } = cpuBetween(before, after);
  return { result, endToEnd: result.kept / ((after.atMs - before.atMs) / 1000), cpuMs: serverMs / Math.max(1, result.kept), foreignCores };
}

function print(samples: ReadonlyMap<Case, readonly Sample[]>): void {
  const head = [
    'SMTP',
    'Centrala /s',
    'Postfix /s',
    'ratio [min..max]',
    'target',
    '250 after data, p99 ms (Postfix)',
    'end to end /s (Postfix)',
    'CPU ms per mail (Postfix)',
    'rounds',
  ];
  const rows = [...samples].map(([one, all]) => {
    const quiet = all.filter(({ foreignCores }) => foreignCores <= NOISY_CORES);
    const used = quiet.length >= 2 ? quiet : all;
    const of = (pick: (sample: Sample) => number): number => median(used.map(pick));
    const ratios = used.map((sample) => sample.product.perSecond / Math.max(0.001, sample.peer.perSecond));
    return [
      one.title,
      round(of((s) => s.product.perSecond)),
      round(of((s) => s.peer.perSecond)),
      `${round(median(ratios), 2)} [${round(Math.min(...ratios), 2)}..${round(Math.max(...ratios), 2)}]`,
      `≥ ${one.target}`,
      `${round(of((s) => s.product.endP99))} (${round(of((s) => s.peer.endP99))})`,
      `${round(of((s) => s.productEndToEnd))} (${round(of((s) => s.peerEndToEnd))})`,
      `${round(
        of((s) => s.cpuMs.product),
        2,
      )} (${round(
        of((s) => s.cpuMs.peer),
        2,
      )})`,
      `${used.length} of ${all.length}`,
    ];
  });
  console.log(table(head, rows));
  const lost = [...samples.values()].flat().reduce((sum, { product, peer }) => sum + product.failed + peer.failed, 0);
  console.log(`\nMails refused or connections broken: ${lost}.`);
}
