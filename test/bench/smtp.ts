import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PeerServer, startPostfix } from '../support/postfix.ts';
import { startCheckers } from './checkers.ts';
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
  /** Postfix as it is, which looks at nothing. */
  readonly theirs: Run;
  /** Postfix with OpenDKIM and OpenDMARC, which check the sender as we do. */
  readonly checking: Run;
  /** Ours again, with as many mails a second as item 9 wants carried on. */
  readonly paced: Run | null;
}

/** What is wanted of the rate end to end, beside Postfix that checks the sender as well. */
const SUSTAINED = 1.2;

/** Accepts and end-to-end rates beside Postfix, with and without its own checks of the sender, in turn, on the same machine; medians over rounds. */
export async function benchSmtp(args: readonly string[]): Promise<void> {
  const engine = args.includes('postgres') ? 'postgres' : 'sqlite';
  const inside = args.includes('inside');
  const { rounds, extras, other } = wordsOf(
    args.filter((word) => word !== engine && word !== 'inside'),
    5,
  );
  const cases = CASES.filter(({ title }) => title.includes(other)).map((one) => ({ ...one, inside }));
  if (cases.length === 0) throw new Error(`No load is called "${other}"; there are ${CASES.map(({ title }) => `"${title}"`).join(', ')}.`);
  const around = await surroundings(extras);
  const place = await installation(engine, 1000);
  const product = await startProduct(place.dataDir, { ...place.env, ...around.env });
  // All prove themselves with the same key.
  const pem = around.secure ? readFileSync(join(place.dataDir, 'smtp-tls.pem'), 'utf8') : undefined;
  const checkers = await startCheckers();
  const peers = [
    await startPostfix({ address: BENCH_INBOX, pem }),
    await startPostfix({ address: BENCH_INBOX, pem, milters: checkers.milters }),
  ] as const;
  const ours: Server = {
    port: product.smtpPort,
    pid: product.pid,
    helpers: place.helpers,
    secure: around.secure,
    done: product.settled,
  };
  const serverOf = ({ port, pid, delivered }: PeerServer): Server => ({ port, pid, secure: around.secure, done: delivered });
  const theirs = serverOf(peers[0]);
  const checking: Server = { ...serverOf(peers[1]), helpers: checkers.pids, isOutside: true };
  const samples = new Map<Case, Sample[]>();
  try {
    for (const server of [ours, theirs, checking]) await warm(server, undefined, inside);
    for (let turn = 1; turn <= rounds; turn += 1) {
      for (const one of cases) {
        const runs: Run[] = [];
        for (const server of [ours, theirs, checking]) {
          await quietMachine(runs.length === 0 ? undefined : 10_000);
          runs.push(await runLoad(one, server));
        }
        const [mine, plain, slow] = runs as [Run, Run, Run];
        const pace = SUSTAINED * slow.endToEnd;
        const paced = one.connections === 50 && one.reuse ? await runLoad({ ...one, pace }, ours) : null;
        samples.set(one, [...(samples.get(one) ?? []), { ours: mine, theirs: plain, checking: slow, paced }]);
        const rates = runs.map(({ result, endToEnd }) => `${round(result.perSecond)} and ${round(endToEnd)}`);
        console.error(
          `round ${turn}, ${one.title}: accepted and carried on per second, ours, Postfix, Postfix that checks: ${rates.join('; ')}`,
        );
      }
    }
  } finally {
    await product.stop();
    for (const peer of peers) await peer.stop();
    await checkers.stop();
    await place.remove();
    await around.stop();
  }
  console.log(
    `On ${engine === 'sqlite' ? 'SQLite' : 'PostgreSQL, where 0.8 is wanted end to end'}. In the way: ${inTheWay(extras, inside)}.\n`,
  );
  print(samples);
}

const HEAD = [
  'SMTP',
  'Centrala /s',
  'Postfix /s',
  'ratio [min..max]',
  'target',
  '250 after data, p99 ms (Postfix)',
  'CPU ms per mail (Postfix; with checks)',
  'rounds',
];
const HEAD_WHOLE = [
  'end to end',
  'Centrala /s',
  'Postfix /s',
  'ratio',
  'Postfix with checks /s',
  `ratio (target ≥ ${SUSTAINED} at 4 KB, 0.5 at 200 KB)`,
  'backlog gone after, of the time of the load',
  `the same at ${SUSTAINED} of Postfix with checks (target ≤ 1)`,
];

function print(samples: ReadonlyMap<Case, readonly Sample[]>): void {
  const rows = [...samples].map(([one, all]) => {
    const quiet = all.filter(({ ours, theirs }) => Math.max(ours.foreignCores, theirs.foreignCores) <= NOISY_CORES);
    const used = quiet.length >= 2 ? quiet : all;
    const of = (pick: (sample: Sample) => number, digits = 1): number => round(median(used.map(pick)), digits);
    const beside = (pick: (run: Run) => number, peer: 'theirs' | 'checking'): readonly number[] =>
      used.map((sample) => pick(sample.ours) / Math.max(0.001, pick(sample[peer])));
    const rate = ({ result }: Run): number => result.perSecond;
    const whole = ({ endToEnd }: Run): number => endToEnd;
    const ratios = beside(rate, 'theirs');
    const accepted = [
      ...[one.title, of(({ ours }) => rate(ours)), of(({ theirs }) => rate(theirs))],
      `${round(median(ratios), 2)} [${round(Math.min(...ratios), 2)}..${round(Math.max(...ratios), 2)}]`,
      `≥ ${one.target}`,
      `${of(({ ours }) => ours.result.endP99)} (${of(({ theirs }) => theirs.result.endP99)})`,
      `${of(({ ours }) => ours.cpuMs, 2)} (${of(({ theirs }) => theirs.cpuMs, 2)}; ${of(({ checking }) => checking.cpuMs, 2)})`,
      `${used.length} of ${all.length}`,
    ];
    const carried = [
      ...[one.title, of(({ ours }) => whole(ours)), of(({ theirs }) => whole(theirs)), round(median(beside(whole, 'theirs')), 2)],
      ...[of(({ checking }) => whole(checking)), round(median(beside(whole, 'checking')), 2), of(({ ours }) => ours.drain, 2)],
      used.some(({ paced }) => paced) ? of(({ paced }) => paced?.drain ?? 0, 2) : '',
    ];
    return { accepted, carried };
  });
  console.log(
    table(
      HEAD,
      rows.map(({ accepted }) => accepted),
    ),
  );
  console.log(
    `\n${table(
      HEAD_WHOLE,
      rows.map(({ carried }) => carried),
    )}`,
  );
  const runs = [...samples.values()].flat().flatMap(({ ours, theirs, checking }) => [ours, theirs, checking]);
  console.log(`\nMails refused or connections broken: ${runs.reduce((sum, { result }) => sum + result.failed, 0)}.`);
}
