import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { InterpretedMessage } from '../ingest/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { Page } from '../lib/page.ts';
import type { DeletedMessage } from '../plugins/contract.ts';
import { type Grave, identityHash, isUnder } from './grave.ts';
import { countReturn, countReturned, deletedFrom, deleteTombstone, insertTombstones, tombstonePage } from './tombstone-store.ts';
import { RETURNED, type Tombstone } from './types.ts';

/** Remembers what is about to be deleted for good, by the identity of each message. */
export const bury = insertTombstones;

/** Which of some tombstones a message that was received now lies under; null = none. */
export const graveOf = (
  graves: readonly Grave[],
  { externalId, from, sentAt }: Pick<InterpretedMessage, 'externalId' | 'from' | 'sentAt'>,
): Grave | null =>
  externalId === null ? null : (graves.find((grave) => isUnder(grave, { externalId, from: from.address, sentAt })) ?? null);

/** Counts that it came again; answers the reason to settle it with. */
export async function noteReturn(tx: WriteScope, { id }: Grave): Promise<string> {
  await countReturn(tx, id);
  return `${RETURNED}${id}, deleted for good before`;
}

/** What was deleted for good, the newest first, and how much of that came again. */
export const listTombstones = (scope: Scope, cursor: string | null): Promise<Page<Tombstone>> => tombstonePage(scope, cursor, 50);
export const returnedCount = (scope: Scope): Promise<number> => countReturned(scope);

/** What of an inbox was deleted for good, for its channel. */
export async function deletedOf(...asked: Parameters<typeof deletedFrom>): Promise<readonly DeletedMessage[]> {
  return (await deletedFrom(...asked)).map(({ id, externalId, isOurs, identity }) => ({
    ...{ id, externalId },
    // Ours nobody can have guessed.
    isIt: ({ from, sentAt }) =>
      isOurs || externalId === null || identity === identityHash({ externalId, from, sentAt: sentAt?.toISOString() ?? null }),
  }));
}

/** The same mail is received again from now on. Raises not_found. */
export async function forgetTombstone(scope: Scope, id: Tombstone['id']): Promise<void> {
  await transact(scope, async (tx) => {
    const inboxId = await deleteTombstone(tx, id);
    if (inboxId === null) throw new NotFoundError('Tombstone');
    tx.emit({ type: 'tombstone.forgotten', data: { tombstoneId: id, inboxId } });
  });
}
