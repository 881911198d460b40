import { z } from 'zod';
import { type Ledger, readLedger } from '../ingest/ledger.ts';
import type { Spool } from '../spool/types.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

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
  ];
}
