import type { Scope, WriteScope } from '../../db/scope.ts';
import type { AgentId, ConnectionId, InboxId } from '../../lib/ids.ts';
import type { Connection } from './types.ts';

interface Row {
  id: number;
  channel: string;
  provider: string;
  inbox_id: number | null;
  owner_id: number | null;
  name: string;
  address: string;
  settings: string;
  state: Connection['state'];
  stages: string;
  places: string;
  updated_at: string;
}

const fromRow = (row: Row): Connection => ({
  id: row.id as ConnectionId,
  channel: row.channel,
  provider: row.provider,
  inboxId: row.inbox_id as InboxId | null,
  ownerId: row.owner_id as AgentId | null,
  name: row.name,
  address: row.address,
  settings: JSON.parse(row.settings) as Connection['settings'],
  state: row.state,
  stages: JSON.parse(row.stages) as Connection['stages'],
  places: JSON.parse(row.places) as Connection['places'],
  changedAt: new Date(row.updated_at),
});

const MAX_LISTED = 50;

/** Those of the company (null) or of an agent, the newest first. */
export async function listConnections({ db }: Scope, ownerId: AgentId | null): Promise<readonly Connection[]> {
  return (await db<Row>('inbox_connections').where({ owner_id: ownerId }).orderBy('id', 'desc').limit(MAX_LISTED)).map(fromRow);
}

/** Of everybody, for work that nobody sees. Few: each is gone after a week. */
export async function allConnections({ db }: Scope): Promise<readonly Connection[]> {
  return (await db<Row>('inbox_connections').orderBy('id')).map(fromRow);
}

export async function findConnection({ db }: Scope, id: ConnectionId): Promise<Connection | null> {
  const row = await db<Row>('inbox_connections').where({ id }).first();
  return row ? fromRow(row) : null;
}

export async function insertConnection({ db, now }: WriteScope, one: Omit<Connection, 'id' | 'changedAt'>): Promise<ConnectionId> {
  const at = now().toISOString();
  const texts = { settings: JSON.stringify(one.settings), stages: JSON.stringify(one.stages), places: JSON.stringify(one.places) };
  const { channel, provider, inboxId, ownerId, name, address, state } = one;
  const row = { channel, provider, inbox_id: inboxId, owner_id: ownerId, name, address, state, ...texts, created_at: at, updated_at: at };
  const [created] = await db('inbox_connections').insert(row).returning('id');
  return created.id;
}

type Change = Partial<Omit<Connection, 'id' | 'changedAt'>>;

/** What is absent stays. */
export async function changeConnection({ db, now }: WriteScope, id: ConnectionId, change: Change): Promise<void> {
  await db('inbox_connections').where({ id }).update(columnsOf(change, now()));
}

/** The same with what a trial found, unless the account was corrected or is tried anew since. */
export async function settleTrial({ db, now }: WriteScope, { id, changedAt }: Connection, found: Change): Promise<void> {
  const tried = { id, state: 'trying', updated_at: changedAt.toISOString() };
  await db('inbox_connections').where(tried).update(columnsOf(found, now()));
}

const columnsOf = ({ name, address, settings, state, stages, places }: Change, now: Date) => ({
  ...(name === undefined ? {} : { name }),
  ...(address === undefined ? {} : { address }),
  ...(state === undefined ? {} : { state }),
  ...(settings && { settings: JSON.stringify(settings) }),
  ...(stages && { stages: JSON.stringify(stages) }),
  ...(places && { places: JSON.stringify(places) }),
  updated_at: now.toISOString(),
});

export async function deleteConnection({ db }: WriteScope, id: ConnectionId): Promise<void> {
  await db('inbox_connections').where({ id }).delete();
}

/** Of one inbox: a new beginning leaves no older one behind. */
export async function deleteConnectionsOf({ db }: WriteScope, inboxId: InboxId): Promise<void> {
  await db('inbox_connections').where({ inbox_id: inboxId }).delete();
}

export async function deleteConnectionsBefore({ db }: WriteScope, before: Date): Promise<number> {
  return db('inbox_connections').where('updated_at', '<', before.toISOString()).delete();
}
