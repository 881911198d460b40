import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, FolderId, InboxId } from '../lib/ids.ts';
import type { InboxRecord, InboxStatus } from './types.ts';

interface Row {
  id: number;
  channel: string;
  name: string;
  address: string;
  settings: string;
  folder_id: number | null;
  owner_id: number | null;
  status: InboxStatus;
  created_at: string;
}

const fromRow = (row: Row): InboxRecord => ({
  id: row.id as InboxId,
  channel: row.channel,
  name: row.name,
  address: row.address,
  settings: JSON.parse(row.settings) as InboxRecord['settings'],
  folderId: row.folder_id as FolderId | null,
  ownerId: row.owner_id as AgentId | null,
  status: row.status,
  createdAt: new Date(row.created_at),
});

const withOwner = (db: Scope['db']) =>
  db('inboxes').leftJoin('folders', 'folders.id', 'inboxes.folder_id').select<Row[]>('inboxes.*', 'folders.owner_id');

export async function allInboxes({ db }: Scope): Promise<readonly InboxRecord[]> {
  return (await withOwner(db).orderBy(['inboxes.name', 'inboxes.id'])).map(fromRow);
}

export async function findInboxById({ db }: Scope, id: InboxId): Promise<InboxRecord | null> {
  const row = await withOwner(db).where({ 'inboxes.id': id }).first();
  return row ? fromRow(row) : null;
}

export async function findInboxByAddress({ db }: Scope, channel: string, address: string): Promise<InboxRecord | null> {
  const row = await withOwner(db).where({ channel, address }).first();
  return row ? fromRow(row) : null;
}

/** `folderId` absent = stays. */
type Written = Pick<InboxRecord, 'name' | 'address' | 'settings'> & { readonly folderId?: FolderId | null | undefined };

const folderColumn = ({ folderId }: Written) => (folderId === undefined ? {} : { folder_id: folderId });

/** Null when the channel already has an inbox with this address. */
export async function insertInbox({ db, now }: WriteScope, channel: string, inbox: Written): Promise<InboxId | null> {
  const at = now().toISOString();
  const row = {
    channel,
    name: inbox.name,
    address: inbox.address,
    settings: JSON.stringify(inbox.settings),
    ...folderColumn(inbox),
    status: 'open',
    created_at: at,
    updated_at: at,
  };
  const [created] = await db('inboxes').insert(row).onConflict(['channel', 'address']).ignore().returning('id');
  return created ? (created.id as InboxId) : null;
}

/** False when another inbox of the channel has this address. */
export async function updateInboxRow({ db, now }: WriteScope, inbox: InboxRecord, change: Written): Promise<boolean> {
  const taken = await db<Row>('inboxes').where({ channel: inbox.channel, address: change.address }).whereNot({ id: inbox.id }).first('id');
  if (taken) return false;
  await db('inboxes')
    .where({ id: inbox.id })
    .update({
      name: change.name,
      address: change.address,
      settings: JSON.stringify(change.settings),
      ...folderColumn(change),
      updated_at: now().toISOString(),
    });
  return true;
}

/** `folderId` null = the top folder. True when it was another one. */
export async function setInboxFolder({ db, now }: WriteScope, inbox: InboxRecord, folderId: FolderId | null): Promise<boolean> {
  if ((inbox.folderId ?? null) === folderId) return false;
  await db('inboxes').where({ id: inbox.id }).update({ folder_id: folderId, updated_at: now().toISOString() });
  return true;
}

/** True when the status changed. */
export async function setInboxStatus({ db, now }: WriteScope, id: InboxId, status: InboxStatus): Promise<boolean> {
  const changed = await db('inboxes').where({ id }).whereNot({ status }).update({ status, updated_at: now().toISOString() });
  return changed === 1;
}
