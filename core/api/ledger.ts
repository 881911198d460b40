import { z } from 'zod';
import { readDays } from '../ledger/days.ts';
import { type Ledger, readLedger } from '../ledger/read-ledger.ts';
import { isDay } from '../lib/day.ts';
import type { Spool } from '../spool/types.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { idText, named, numberText, pageOf } from './schemas.ts';

const count = z.int().nonnegative();

export const ledger = named(
  'Ledger',
  z.strictObject({
    kept: count.describe('All that was ever answered with "250"; always the sum of the others. One thing for two inboxes counts twice.'),
    received: count.describe('Became a message.'),
    reports: count.describe('Told what became of a message of ours.'),
    spam: count,
    failed: count.describe('Could not be read; parked in Settings → Unreadable.'),
    duplicate: count.describe('Had been received before.'),
    waiting: count.describe('Will be looked at in a moment.'),
  }),
);

const ledgerDay = named(
  'LedgerDay',
  z.strictObject({
    day: z.iso.date().describe('In the time zone of the company.'),
    accepted: count.describe('Entries of the chain: what was answered with "250" on that day.'),
    received: count,
    reports: count,
    spam: count,
    failed: count,
    duplicate: count,
    waiting: count,
    difference: z.int().describe('What cannot be accounted for: 0, or something was lost.'),
  }),
);

/** What became of everything that was ever kept. */
export function ledgerEndpoints(spool: Pick<Spool, 'count'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/ledger',
      summary: 'How many raw inbound things were kept and what became of them',
      response: ledger,
      handle: ({ scope }): Promise<Ledger> => readLedger(scope, spool),
    }),
    endpoint({
      method: 'GET',
      path: '/ledger/days',
      summary: 'The same day by day, newest first',
      query: z.strictObject({
        inbox: idText.optional().describe('Only this inbox.'),
        limit: numberText(1, 366).default(31).describe('Days in a page, 1 to 366; 31 unless told.'),
        cursor: z.string().refine(isDay, 'is not a cursor of this list').optional().describe('`next` of the page before.'),
      }),
      response: pageOf('LedgerDayPage', ledgerDay),
      handle: async ({ scope, query }) => {
        const { days, next } = await readDays(scope, query.inbox ?? null, query.cursor ?? null, query.limit);
        return { items: [...days], next };
      },
    }),
  ];
}
