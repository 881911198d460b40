import { startDovecot } from '../support/dovecot.ts';
import { installation } from './installation.ts';
import { ADDRESS, byProduct, index, letter } from './mailbox.ts';
import { median, quietMachine, round, table } from './measure.ts';

/** Another size may not make receiving slower than this part of the first one's rate (design/performance.md §8 item 11). */
const TARGET = 0.9;

/** The rate at which an account's mail becomes conversations in installations of several sizes, in turns; and that one pass takes all of it. */
export async function benchMailboxGrowth([sizes = '10000,100000', count = '1000', runs = '5']: readonly string[]): Promise<void> {
  const mails = Number(count);
  const rates = new Map<number, number[]>(sizes.split(',').map((size) => [Number(size), []]));
  const dovecot = await startDovecot([ADDRESS]);
  try {
    for (let n = 0; n < mails; n += 1) dovecot.deliver(ADDRESS, letter(n));
    await index(dovecot);
    for (let run = 0; run < Number(runs); run += 1)
      for (const [conversations, found] of rates) {
        const place = await installation('sqlite', conversations);
        try {
          await quietMachine();
          const { seconds } = await byProduct(dovecot, place.dataDir, mails);
          found.push(mails / seconds);
          console.error(`${conversations} conversations: ${round(mails / seconds)} a second`);
        } finally {
          await place.remove();
        }
      }
  } finally {
    await dovecot.stop();
  }
  const [first = 0] = [...rates.values()].map(median);
  const rows = [...rates].map(([conversations, found]) => [conversations, mails, round(median(found)), round(median(found) / first, 2)]);
  console.log(table(['conversations', 'mails in one pass', 'mails/s, median', 'of the first'], rows));
  console.log(`\nTarget: at least ${TARGET} of the first.`);
}
