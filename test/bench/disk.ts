import { installPeers } from '../../core/bin/debian-packages.ts';
import { installation } from './installation.ts';
import { mailMaker } from './mails.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { startProduct } from './product.ts';
import { BENCH_INBOX } from './seed.ts';
import { smtpLoad } from './smtp-load.ts';

const DELAYS_MS = [0, 5];

/** Accept rate at 50 connections when every fsync takes 5 ms longer, as on a plain disk; both runs under strace, which delays the calls. */
export async function benchDisk([rounds = '5']: readonly string[]): Promise<void> {
  const [problem] = installPeers([{ program: 'strace', debian: 'strace' }]);
  if (problem !== undefined) throw new Error(problem);
  const rates = new Map<number, number[]>();
  for (let turn = 0; turn < Number(rounds); turn += 1)
    for (const delay of DELAYS_MS) {
      await quietMachine();
      rates.set(delay, [...(rates.get(delay) ?? []), await rateWith(delay)]);
      console.error(`round ${turn + 1}, +${delay} ms: ${round(rates.get(delay)?.at(-1) ?? 0)} per second`);
    }
  const [fast = 0, slow = 0] = DELAYS_MS.map((delay) => median(rates.get(delay) ?? []));
  console.log(
    table(
      ['fsync slowed by', '4 KB mails/s at 50 connections', 'of the rate without', 'target'],
      [
        ['0 ms', round(fast), '1', ''],
        ['5 ms', round(slow), round(slow / Math.max(1, fast), 2), '≥ 0.5'],
      ],
    ),
  );
}

async function rateWith(delayMs: number): Promise<number> {
  const place = await installation('sqlite', 1000);
  const calls = 'fsync,fdatasync';
  const inject = delayMs > 0 ? ['-e', `inject=${calls}:delay_exit=${delayMs * 1000}`] : [];
  // -D: the product stays our own child, so signals reach it.
  const wrapper = ['strace', '-D', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${calls}`, ...inject];
  const product = await startProduct(place.dataDir, place.env, wrapper);
  try {
    const load = {
      port: product.smtpPort,
      to: BENCH_INBOX,
      mail: mailMaker('4k', BENCH_INBOX),
      connections: 50,
      reuse: true,
      limitMs: 60_000,
    };
    await smtpLoad({ ...load, messages: 300 });
    return (await smtpLoad({ ...load, messages: 2000 })).perSecond;
  } finally {
    await product.stop();
    await place.remove();
  }
}
