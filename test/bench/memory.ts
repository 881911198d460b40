import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { installation } from './installation.ts';
import { type MailSize, mailMaker } from './mails.ts';
import { memoryOf, round, table } from './measure.ts';
import { type Product, startProduct } from './product.ts';
import { BENCH_INBOX } from './seed.ts';
import { smtpLoad } from './smtp-load.ts';

/** FreeScout's PHP, web server and database at 10,000 conversations, recorded (design/performance.md §2). */
const FREESCOUT_PSS_MB = 290;
const SOON_MS = 3000;
/** The counting after a start is over by then. */
const LATER_MS = 80_000;

/** Resident memory at rest with 10,000 conversations, soon after the start and later, and its peak while 50 connections bring mails of 200 KB and ten bring 25 MB. */
export async function benchMemory(): Promise<void> {
  const { idle, later, again } = await atRest();
  const busy = await peakOf({ size: '200k', connections: 50, messages: 500 });
  const large = await peakOf({ size: '25m', connections: 10, messages: 10 });
  console.log(
    table(
      ['memory, 10,000 conversations', 'RSS MB', 'PSS MB', 'target'],
      [
        [
          'at rest',
          round(idle.rssMb, 0),
          round(idle.pssMb, 0),
          `≤ ${FREESCOUT_PSS_MB / 2} (half of FreeScout's recorded ${FREESCOUT_PSS_MB})`,
        ],
        ['at rest, 80 s later', round(later.rssMb, 0), round(later.pssMb, 0), ''],
        ['the same data, started again, 80 s later', round(again.rssMb, 0), round(again.pssMb, 0), ''],
        ['peak, 50 connections × 200 KB', round(busy.rssMb, 0), round(busy.pssMb, 0), `≤ ${FREESCOUT_PSS_MB}`],
        ['peak, 10 × 25 MB at once', round(large.rssMb, 0), round(large.pssMb, 0), `≤ ${round(idle.rssMb + 120, 0)} (at rest + 120)`],
      ],
    ),
  );
}

interface Load {
  readonly size: MailSize;
  readonly connections: number;
  readonly messages: number;
}

type Memory = ReturnType<typeof memoryOf>;

/** After the first start, which makes keys and a certificate; once the seeded mail was counted; and after another start, as it is from then on. */
async function atRest(): Promise<{ idle: Memory; later: Memory; again: Memory }> {
  const place = await installation('sqlite', 10_000);
  const after = async (product: Product, ms: number): Promise<Memory> => {
    await wait(ms);
    return memoryOf(product.pid);
  };
  try {
    const first = await startProduct(place.dataDir, place.env);
    const [idle, later] = [await after(first, SOON_MS), await after(first, LATER_MS - SOON_MS)];
    await first.stop();
    const second = await startProduct(place.dataDir, place.env);
    const again = await after(second, LATER_MS);
    await second.stop();
    return { idle, later, again };
  } finally {
    await place.remove();
  }
}

/** The most that a product of its own has while the load comes in and is processed. */
async function peakOf({ size, ...load }: Load): Promise<Memory> {
  const place = await installation('sqlite', 10_000);
  const product = await startProduct(place.dataDir, place.env);
  try {
    await wait(SOON_MS);
    return await peakDuring(product.pid, async () => {
      const mail = await mailMaker(size, BENCH_INBOX);
      const { kept } = await smtpLoad({ port: product.smtpPort, to: BENCH_INBOX, mail, ...load, reuse: true, limitMs: 120_000 });
      await until('everything is processed', () => product.settled() >= kept, 120_000);
    });
  } finally {
    await product.stop();
    await place.remove();
  }
}

async function peakDuring(pid: number, work: () => Promise<void>): Promise<Memory> {
  let peak = memoryOf(pid);
  const timer = setInterval(() => {
    const now = memoryOf(pid);
    peak = { rssMb: Math.max(peak.rssMb, now.rssMb), pssMb: Math.max(peak.pssMb, now.pssMb) };
  }, 100);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}
