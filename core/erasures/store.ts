import type { Knex } from 'knex';
import { IDENTITY_KINDS } from '../contacts/types.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { WAITING_STATUSES } from '../deliveries/types.ts';
import type { ContactId, ConversationId, LabelId } from '../lib/ids.ts';
import { doomedFrom } from '../purges/doomed.ts';
import type { Doomed } from '../purges/types.ts';

/** The company's contact with an address on any channel, or null. */
export async function contactAt({ db }: Scope, address: string): Promise<{ readonly id: ContactId; readonly name: string } | null> {
  const pairs = IDENTITY_KINDS.map((kind) => [kind, address]);
  const query = db('identities as i').join('contacts as c', 'c.id', 'i.contact_id').whereIn(['i.kind', 'i.address'], pairs);
  return (await query.whereNull('i.owner_id').orderBy('c.id').first('c.id', 'c.name')) ?? null;
}

export const addressesOf = ({ db }: Scope, id: ContactId): Promise<readonly string[]> =>
  db('identities').where({ contact_id: id }).orderBy('id').pluck('address');

/** Conversations of a contact that stand for themselves, none of anybody's personal mailbox. */
const standing = (db: Knex, id: ContactId): Knex.QueryBuilder =>
  db('conversations as c')
    .where('c.contact_id', id)
    .whereNull('c.merged_into_id')
    .whereNotIn('c.folder_id', db('folders').whereNotNull('owner_id').select('id'));

/** Those of them that do not bear the label, or only those that do. */
function own({ db }: Scope, id: ContactId, label: LabelId | null, which: 'without' | 'with' = 'without'): Knex.QueryBuilder {
  const query = standing(db, id);
  // Of a label that was merged into it, some conversations bear that one still.
  const same = db('labels')
    .where({ id: label ?? 0 })
    .orWhere({ merged_into_id: label ?? 0 })
    .select('id');
  const bears = db('conversation_labels as l').whereRaw('l.conversation_id = c.id').whereIn('l.label_id', same).select('l.label_id');
  return which === 'with' ? query.whereExists(bears) : query.whereNotExists(bears);
}

export async function sumsOf(scope: Scope, id: ContactId, label: LabelId | null) {
  const sums = scope.db.raw('count(*) as conversations, sum(c.message_count) as messages');
  const row: Record<string, unknown> | undefined = await own(scope, id, label).first(sums);
  const [kept] = await own(scope, id, label, 'with').count({ n: '*' });
  return { conversations: Number(row?.['conversations'] ?? 0), messages: Number(row?.['messages'] ?? 0), kept: Number(kept?.['n'] ?? 0) };
}

/** Those of them that are not in the trash, after a number. */
export const notTrashed = (scope: Scope, id: ContactId, label: LabelId | null, after: number, limit: number): Promise<ConversationId[]> =>
  own(scope, id, label).whereNull('c.trashed_at').where('c.id', '>', after).orderBy('c.id').limit(limit).pluck('c.id');

/** Those in the trash from which nothing is on its way to anybody. */
export async function doomedOf(scope: Scope, id: ContactId, label: LabelId | null, limit: number): Promise<readonly Doomed[]> {
  const onTheirWay = scope.db('deliveries as d').whereRaw('d.conversation_id = c.id');
  const rows: Record<string, unknown>[] = await own(scope, id, label)
    .whereNotNull('c.trashed_at')
    .whereNotExists(onTheirWay.whereIn('d.status', [...WAITING_STATUSES]).select('d.id'))
    .orderBy('c.id')
    .limit(limit)
    .select('c.id', 'c.inbox_id', 'c.assignee_id', 'c.folder_id', 'c.subject', 'c.contact_address', 'c.trashed_at as counted_from');
  return rows.map(doomedFrom);
}

/** What is remembered of addresses outside of conversations. Whose mail is not taken, and who gets none, stays: so he is left in peace. */
export async function forgetTraces({ db }: WriteScope, addresses: readonly string[]): Promise<void> {
  const all = [...addresses];
  await db('allowed_pictures').whereIn('sender', all).delete();
  await db('acknowledged_addresses').whereIn('address', all).delete();
  await db('refused_mails').whereIn('mail_from', all).delete();
  await db('visitors').whereIn('address', all).delete();
}

/** Deletes a contact with its addresses and labels. False while a conversation is still its own. */
export async function deleteContact({ db }: WriteScope, id: ContactId): Promise<boolean> {
  const mine = db('conversations').where({ contact_id: id }).select('id');
  return (await db('contacts').where({ id }).whereNotExists(mine).delete()) > 0;
}

/** All conversations of a contact, those in the trash and those that a label keeps too. */
export const conversationsOf = async (
  { db }: Scope,
  id: ContactId,
): Promise<readonly { readonly id: ConversationId; readonly subject: string; readonly inbox: string; readonly createdAt: string }[]> =>
  standing(db, id)
    .join('inboxes as i', 'i.id', 'c.inbox_id')
    .orderBy('c.id')
    .select('c.id', 'c.subject', 'i.name as inbox', 'c.created_at as createdAt');
