import { isPostgres } from '../db/dialect.ts';
import { add, write } from '../db/direct.ts';
import { createPutOff } from '../db/put-off.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';

/** For PostgreSQL, which answers each statement: all of a transaction in one. The key is the pair itself. */
const putOff = createPutOff<string, { readonly id: ConversationId; readonly address: string }>(async ({ db }, all) => {
  const rows = [...all.values()];
  await write(
    db,
    'insert into participants (conversation_id, address) select * from unnest(?::int[], ?::text[]) on conflict (conversation_id, address) do nothing',
    [rows.map(({ id }) => String(id)), rows.map(({ address }) => address)],
  );
});

export async function participations(scope: Scope, address: string, ids: readonly ConversationId[]): Promise<ReadonlySet<ConversationId>> {
  const { db } = scope;
  if ('atEnd' in scope) await putOff.write(scope as WriteScope);
  const found: { id: ConversationId }[] = await db('participants')
    .select('conversation_id as id')
    .where({ address })
    .whereIn('conversation_id', [...ids])
    .union(
      db('conversations')
        .join('identities', 'identities.contact_id', 'conversations.contact_id')
        .select('conversations.id')
        .where('identities.address', address)
        .whereIn('conversations.id', [...ids]),
    );
  return new Set(found.map((row) => row.id));
}

export async function addParticipantRows(tx: WriteScope, id: ConversationId, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  if (isPostgres(tx.db)) {
    for (const address of addresses) putOff.put(tx, `${id} ${address}`, { id, address });
    return;
  }
  const rows = addresses.map((address) => ({ conversation_id: id, address }));
  await add(tx.db, 'participants', rows, 'on conflict (conversation_id, address) do nothing');
}

export async function deleteParticipantRows(tx: WriteScope, id: ConversationId, addresses: readonly string[]): Promise<void> {
  await putOff.write(tx);
  await tx
    .db('participants')
    .where({ conversation_id: id })
    .whereIn('address', [...addresses])
    .delete();
}
