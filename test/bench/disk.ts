import { installPeers } from '../../core/bin/debian-packages.ts';
import { installation } from './installation.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { startProduct } from './product.ts';
import { type Run, runLoad, warm } from './run-load.ts';
import { type Extra, inTheWay, surroundings, wordsOf } from './surroundings.ts';

const DELAYS_MS = [0, 5];
const HEAD = ['fsync slowed by', '4 KB mails/s at 50 connections', 'of the rate without', 'target', 'end to end /s', 'of the rate without'];

/** Rates at 50 connections when every fsync takes 5 ms longer, as on a plain disk; both runs under strace, which delays the calls. */
export async function benchDisk(args: readonly string[]): Promise<void> {
  const { rounds, extras } = wordsOf(args, 5);
  const [problem] = installPeers([{ program: 'strace', debian: 'strace' }]);
  if (problem !== undefined) throw new Error(problem);
  const runs = new Map<number, Run[]>();
  for (let turn = 0; turn < rounds; turn += 1)
    for (const delay of DELAYS_MS) {
      await quietMachine();
      const run = await runWith(delay, extras);
      runs.set(delay, [...(runs.get(delay) ?? []), run]);
      console.error(`round ${turn + 1}, +${delay} ms: ${round(run.result.perSecond)} per second, ${round(run.endToEnd)} end to end`);
    }
  const rate = (delay: number, pick: (run: Run) => number): number => median((runs.get(delay) ?? []).map(pick));
  const rows = DELAYS_MS.map((delay) => {
    const [accepted, whole] = [(run: Run) => run.result.perSecond, (run: Run) => run.endToEnd].map((pick) => [
      round(rate(delay, pick)),
      round(rate(delay, pick) / Math.max(1, rate(0, pick)), 2),
    ]);
    return [`${delay} ms`, ...(accepted ?? []), delay > 0 ? '≥ 0.5' : '', ...(whole ?? [])];
  });
  console.log(`In the way: ${inTheWay(extras)}.\n\n${table(HEAD, rows)}`);
}

async function runWith(delayMs: number, extras: readonly Extra[]): Promise<Run> {
  const around = await surroundings(extras);
  const place = await installation('sqlite', 1000);
  const calls = 'fsync,fdatasync';
  const inject = delayMs > 0 ? ['-e', `inject=${calls}:delay_exit=${delayMs * 1000}`] : [];
  // -D: the product stays our own child, so signals reach it.
  const wrapper = ['strace', '-D', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${calls}`, ...inject];
  const product = await startProduct(place.dataDir, { ...place.env, ...around.env }, wrapper);
  const server = { port: product.smtpPort, pid: product.pid, secure: around.secure, done: product.settled };
  try {
    await warm(server, 100);
    return await runLoad({ size: '4k', connections: 50, reuse: true, messages: 2000 }, server);
  } finally {
    await product.stop();
    await place.remove();
    await around.stop();
  }
}
