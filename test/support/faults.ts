import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Product } from './product.ts';

/** `npm run faults` asks for the whole size, `npm test` for one that fits its time. */
export const isWhole = process.env['FAULTS'] === 'whole';

/** A number that is `whole` under `npm run faults` and `small` under `npm test`. */
export const scaled = (small: number, whole: number): number => (isWhole ? whole : small);

/** What a fault test measured: in its log, and as a row of the table that `npm run faults` prints. */
export function figures(t: ExecutionContext<unknown>, fault: string, facts: Readonly<Record<string, string | number>>): void {
  t.log(JSON.stringify(facts));
  const file = process.env['FAULTS_FIGURES'];
  if (file) appendFileSync(file, `${JSON.stringify({ fault, facts })}\n`);
}

/** Without a single one more for this long nothing moves any more. */
const STALL_MS = 90_000;

/** Waits until the product has made so many messages, for as long as there are more from time to time: how fast is not what a fault test asks. */
export async function receivedAll(server: Pick<Product, 'db'>, target: number): Promise<void> {
  let [most, since] = [-1, Date.now()];
  for (;;) {
    const [row] = await server.db('messages').count({ n: '*' });
    const now = Number(row?.n);
    if (now >= target) return;
    if (now > most) [most, since] = [now, Date.now()];
    else if (Date.now() - since > STALL_MS) {
      const kept = await server.db('raw_inbound').groupBy('status').select('status').count({ n: '*' }).min({ why: 'error' });
      throw new Error(`${most} of ${target} messages, and for ${STALL_MS / 1000} s no more: ${JSON.stringify(kept)}`);
    }
    await wait(100);
  }
}
