import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import type { InboxId } from '../lib/ids.ts';
import { changeLimits } from '../quota/change-limits.ts';
import { DISK_KINDS, type DiskMeter } from '../quota/disk-use.ts';
import type { QuotaGuard } from '../quota/guard.ts';
import { GB, MAX_LIMIT_GB } from '../quota/types.ts';
import { readQuotas, readYears } from '../quota/usage.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id, named } from './schemas.ts';

const bytes = z.int().nonnegative();
const limit = z
  .int()
  .positive()
  .max(MAX_LIMIT_GB * GB)
  .nullable();

const quota = named(
  'Quota',
  z.strictObject({
    inboxId: id.nullable().describe('Null = all inboxes together.'),
    used: bytes.describe('What counts towards the limit: received, sent and files. Bytes.'),
    received: bytes.describe('Originals of what was received, as they came; equal ones once.'),
    sent: bytes.describe('Files that sent messages carry.'),
    files: bytes.describe("The company's own files; of all together only."),
    spam: bytes.describe('Lies in spam and does not count.'),
    limit: limit.describe('Bytes, or null = no limit but the disk.'),
    percent: z.int().nonnegative().describe('Of the limit; from 100 on new mail is answered "452" and waits at its senders.'),
  }),
);
const year = z.strictObject({ year: z.int().describe('Of receiving or sending, by UTC.'), received: bytes, sent: bytes, spam: bytes });
const disk = named(
  'DiskUse',
  z.strictObject({
    at: z.iso.datetime().describe('When it was measured: every night, and when an administrator asks on the page.'),
    bytes: z
      .record(z.enum(DISK_KINDS), bytes)
      .describe(
        'By kind: stored files of mail, the database where it is SQLite, backups on the same disk, older data that an upgrade or a restore has kept, mail on its way in, uploaded archives, all else.',
      ),
  }),
);
const quotas = named(
  'Quotas',
  z.strictObject({
    items: z.array(quota).describe('All together first, then each inbox.'),
    years: z.array(year).describe('Of all inboxes together, the newest first.'),
    disk: disk.nullable().describe('What lies on the disk of the data; null = not measured yet.'),
  }),
);

const body = named(
  'QuotaLimits',
  z.strictObject({
    items: z
      .array(z.strictObject({ inboxId: id.nullable(), limit }))
      .min(1)
      .max(500)
      .describe('Limits to set; what is not named stays.'),
  }),
);

export interface StorageDeps {
  readonly quotas: Pick<QuotaGuard, 'forget'>;
  readonly disk: Pick<DiskMeter, 'last'>;
  readonly isInbox: (id: InboxId) => boolean;
}

/** What mail takes up and may take up; for keys of administrators. */
export function storageEndpoints({ quotas: guard, disk: meter, isInbox }: StorageDeps): readonly Endpoint[] {
  const view = async (scope: Scope): Promise<z.input<typeof quotas>> => {
    const [items, years] = [await readQuotas(scope), await readYears(scope, null)];
    return { items: items.map((one) => ({ ...one })), years: years.map((one) => ({ ...one })), disk: await meter.last() };
  };
  return [
    endpoint({
      method: 'GET',
      path: '/storage',
      needs: 'administrator',
      summary: 'How much room mail takes up, and its limits',
      response: quotas,
      handle: ({ scope }) => view(scope),
    }),
    endpoint({
      method: 'PATCH',
      path: '/storage',
      needs: 'administrator',
      summary: 'Set or lift limits',
      body,
      response: quotas,
      handle: async ({ scope, body: { items } }) => {
        const changes = new Map(items.map((one) => [one.inboxId as InboxId | null, one.limit]));
        const unknown = [...changes.keys()].find((one) => one !== null && !isInbox(one));
        if (unknown) throw new InvalidError({ items: `there is no inbox ${unknown}` });
        await changeLimits(scope, changes);
        guard.forget();
        return view(scope);
      },
    }),
  ];
}
