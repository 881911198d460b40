import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostfix } from '../support/postfix.ts';
import { installation } from './installation.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { startProduct } from './product.ts';
import { type Load, type Run, runLoad, type Server, warm } from './run-load.ts';
import { BENCH_INBOX } from './seed.ts';
import { inTheWay, surroundings, wordsOf } from './surroundings.ts';

interface Case extends Load {
  readonly title: string;
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

const NOISY_CORES = 0.35;

interface Sample {
  readonly ours: Run;
  readonly theirs: Run;
}

/** Accepts and end-to-end rates beside Postfix, in turn, on the same machine; medians over rounds of the ratios within each round. */
export async function benchSmtp(args: readonly string[]): Promise<void> {
  const { rounds, extras, other } = wordsOf(args, 5);
  const cases = CASES.filter(({ title }) => title.includes(other));
  if (cases.length === 0) throw new Error(`No load is called "${other}"; there are ${CASES.map(({ title }) => `"${title}"`).join(', ')}.`);
  const around = await surroundings(extras);
  const place = await installation('sqlite', 1000);
  const product = await startProduct(place.dataDir, { ...place.env, ...around.env });
  // Both prove themselves with the same key.
  const pem = around.secure ? readFileSync(join(place.dataDir, 'smtp-tls.pem'), 'utf8') : undefined;
  const peer = await startPostfix(BENCH_INBOX, undefined, pem);
  const ours: Server = { port: product.smtpPort, pid: product.pid, secure: around.secure, done: product.settled };
  const theirs: Server = { port: peer.port, pid: peer.pid, secure: around.secure, done: peer.delivered };
  const samples = new Map<Case, Sample[]>();
  try {
    await warm(ours);
    await warm(theirs);
    for (let turn = 1; turn <= rounds; turn += 1) {
      for (const one of cases) {
        await quietMachine();
        const mine = await runLoad(one, ours);
        await quietMachine(10_000);
        const sample = { ours: mine, theirs: await runLoad(one, theirs) };
        samples.set(one, [...(samples.get(one) ?? []), sample]);
        const [a, b] = [mine.result, sample.theirs.result];
        console.error(`round ${turn}, ${one.title}: ${round(a.perSecond)} and ${round(b.perSecond)} per second, ${a.kept} kept`);
      }
    }
  } finally {
    await product.stop();
    await peer.stop();
    await place.remove();
    await around.stop();
  }
  console.log(`In the way: ${inTheWay(extras)}.\n`);
  print(samples);
}

const HEAD = [
  'SMTP',
  'Centrala /s',
  'Postfix /s',
  'ratio [min..max]',
  'target',
  '250 after data, p99 ms (Postfix)',
  'end to end /s (Postfix)',
  'backlog gone after, of the time of the load (target ≤ 1)',
  'CPU ms per mail (Postfix)',
  'rounds',
];

function print(samples: ReadonlyMap<Case, readonly Sample[]>): void {
  const rows = [...samples].map(([one, all]) => {
    const quiet = all.filter(({ ours, theirs }) => Math.max(ours.foreignCores, theirs.foreignCores) <= NOISY_CORES);
    const used = quiet.length >= 2 ? quiet : all;
    const both = (pick: (run: Run) => number, digits = 1): readonly [number, number] => [
      round(median(used.map(({ ours }) => pick(ours))), digits),
      round(median(used.map(({ theirs }) => pick(theirs))), digits),
    ];
    const beside = ([ours, theirs]: readonly [number, number]): string => `${ours} (${theirs})`;
    const ratios = used.map(({ ours, theirs }) => ours.result.perSecond / Math.max(0.001, theirs.result.perSecond));
    return [
      one.title,
      ...both(({ result }) => result.perSecond),
      `${round(median(ratios), 2)} [${round(Math.min(...ratios), 2)}..${round(Math.max(...ratios), 2)}]`,
      `≥ ${one.target}`,
      beside(both(({ result }) => result.endP99)),
      beside(both(({ endToEnd }) => endToEnd)),
      both(({ drain }) => drain, 2)[0],
      beside(both(({ cpuMs }) => cpuMs, 2)),
      `${used.length} of ${all.length}`,
    ];
  });
  console.log(table(HEAD, rows));
  const lost = [...samples.values()].flat().reduce((sum, { ours, theirs }) => sum + ours.result.failed + theirs.result.failed, 0);
  console.log(`\nMails refused or connections broken: ${lost}.`);
}
