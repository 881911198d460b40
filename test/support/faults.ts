import { appendFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';

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
