import { identityOf } from '../contacts/address.ts';
import { foreseeContacts } from '../contacts/resolve.ts';
import { isPostgres } from '../db/dialect.ts';
import { reserveIds } from '../db/reserved.ts';
import type { WriteScope } from '../db/scope.ts';
import { authorOf } from '../messages/author.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { messagesOf } from './message-of.ts';
import { idsOf } from './receive.ts';
import { foreseeKnown } from './received/foresee.ts';
import type { Interpreted, RawInboundRecord } from './types.ts';

interface Coming {
  readonly record: RawInboundRecord;
  readonly items: readonly Interpreted[];
}

/**
 * Asks at once what receiving these will ask one by one, and for the numbers of what it will add: each question is a wait for PostgreSQL. SQLite answers
 * without one. What two of them have in common is left to be asked in its turn, since the first may change it.
 */
export async function lookAhead(
  tx: WriteScope,
  endpoints: Pick<Endpoints, 'find' | 'isOurs' | 'isOurDomain'>,
  coming: readonly Coming[],
): Promise<void> {
  if (!isPostgres(tx.db) || coming.length < 2) return;
  const all = coming.flatMap(({ record, items }) => {
    const endpoint = endpoints.find(record.inboxId);
    const messages = messagesOf(items);
    return endpoint ? [{ record, messages, ids: idsOf(messages), endpoint }] : [];
  });
  const named = timesOf(all.flatMap(({ messages, ids }) => [...ids, ...messages.flatMap(({ references }) => references)]));
  const hashes = timesOf(all.map(({ record }) => record.blobSha256));
  const isApart = ({ record, ids, messages }: (typeof all)[number]): boolean =>
    hashes.get(record.blobSha256) === 1 &&
    ids.every((id) => named.get(id) === 1) &&
    messages.every(({ arrivedAt }) => arrivedAt === undefined);
  await foreseeKnown(
    tx,
    all.filter(isApart).map(({ record, ids }) => ({ record, externalIds: ids })),
  );
  const senders = all.flatMap(({ messages, endpoint }) =>
    messages.map((one) => ({
      identity: identityOf(endpoint.traits.addressKind, authorOf(endpoints, one).address),
      ownerId: endpoint.ownerId,
    })),
  );
  const strangers = await foreseeContacts(tx, senders);
  await reserveIds(tx.db, { contacts: strangers, messages: senders.length });
}

function timesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}
