import { installation } from './installation.ts';
import { median, quietMachine, round, table } from './measure.ts';
import { startProduct } from './product.ts';

const RUNS = 7;
/** Request Tracker's time to its first log-in page, recorded (design/performance.md §2). */
const RT_MS = 3100;

/** Time from the start of the process to the first 200 of /health and to the first SMTP greeting. */
export async function benchStart([sizes = '10000,100000']: readonly string[]): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const conversations of sizes.split(',').map(Number)) {
    const place = await installation('sqlite', conversations);
    const http: number[] = [];
    const smtp: number[] = [];
    try {
      for (let run = 0; run <= RUNS; run += 1) {
        await quietMachine();
        const product = await startProduct(place.dataDir, place.env);
        // The first one warms the file cache.
        if (run > 0) {
          http.push(product.startedMs.http);
          smtp.push(product.startedMs.smtp);
        }
        await product.stop();
      }
    } finally {
      await place.remove();
    }
    rows.push([conversations, round(median(http), 0), round(Math.max(...http), 0), round(median(smtp), 0), round(Math.max(...smtp), 0)]);
  }
  console.log(table(['conversations', 'first page ms', 'slowest', 'first SMTP greeting ms', 'slowest'], rows));
  console.log(`\nTarget: ≤ 1000 ms, a third of the ${RT_MS} ms recorded for Request Tracker.`);
}
