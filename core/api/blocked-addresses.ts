import { z } from 'zod';
import { listBlockedAddresses } from '../blocked-addresses/list.ts';
import type { BlockedAddress } from '../blocked-addresses/types.ts';
import { unblockAddress } from '../blocked-addresses/unblock.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id, instant, named, pageOf, paging } from './schemas.ts';

const blockedAddress = named(
  'BlockedAddress',
  z.strictObject({
    id,
    address: z.string(),
    reason: z.string().describe('What the other side said.'),
    enhancedStatus: z.string().nullable(),
    conversationId: id.describe('Where its mail was refused.'),
    blockedAt: instant,
  }),
);
const unblocked = named('UnblockedAddress', z.strictObject({ address: z.string() }));

const view = (one: BlockedAddress): z.input<typeof blockedAddress> => ({ ...one, blockedAt: one.blockedAt.toISOString() });

/** Addresses that get no mail; unblocking needs the permission `blocking`. */
export function blockedAddressEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/blocked-addresses',
      summary: 'Addresses that refused mail for good and get none, newest first',
      query: z.strictObject({ q: z.string().max(200).default('').describe('A part of the address.'), ...paging }),
      response: pageOf('BlockedAddressPage', blockedAddress),
      handle: async ({ scope, query }) => {
        const { items, next } = await listBlockedAddresses(scope, query);
        return { items: items.map(view), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/blocked-addresses/:id/removal',
      needs: 'blocking',
      summary: 'Let mail go to the address again',
      response: unblocked,
      handle: async ({ scope, id: given }) => {
        return { address: await unblockAddress(scope, given) };
      },
    }),
  ];
}
