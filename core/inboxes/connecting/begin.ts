import { type Scope, transact } from '../../db/scope.ts';
import { parseEmailAddress } from '../../lib/email-address.ts';
import { InvalidError, NotFoundError } from '../../lib/errors.ts';
import type { AgentId, ConnectionId } from '../../lib/ids.ts';
import type { ChannelPlugin, Connecting } from '../../plugins/contract.ts';
import { type InboxDeps, readInput, storedSettings } from '../change.ts';
import { openSettings, sealSettings, settingsWithDefaults } from '../settings.ts';
import type { InboxRecord } from '../types.ts';
import {
  changeConnection,
  deleteConnection,
  deleteConnectionsBefore,
  deleteConnectionsOf,
  findConnection,
  insertConnection,
} from './store.ts';
import type { Connection } from './types.ts';

/** What a person says of an account. */
export interface AccountInput {
  /** Empty = the address. */
  readonly name: string;
  readonly address: string;
  /** Whose personal mailbox it becomes; null = the company's. */
  readonly ownerId: AgentId | null;
  /** What is known of the account, secrets in clear; for the rest an inbox that is there keeps its own, a new one has the defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
}

type Deps = Pick<InboxDeps, 'plugins' | 'keyring' | 'directory'>;

const KEPT_MS = 7 * 86_400_000;

/**
 * Remembers the data of an account that is to be tried. An inbox with this address that is not connected, or not any more, is connected
 * in its place, when it has the same owner. Throws InvalidError when something is missing or wrong, or the address is connected already.
 */
export async function beginConnection(
  scope: Scope,
  deps: Deps,
  channel: string,
  provider: string,
  input: AccountInput,
  state: Connection['state'] = 'trying',
): Promise<ConnectionId> {
  const address = parseEmailAddress(input.address);
  const existing = deps.directory.all().find((one) => one.channel === channel && one.address === address) ?? null;
  if (existing && (existing.ownerId ?? null) !== input.ownerId) throw new InvalidError({ address: 'mailboxes.problem.taken' });
  if (existing && existing.status === 'open' && accountOf(deps, existing) !== null)
    throw new InvalidError({ address: 'mailboxes.problem.connected' });
  const kept = existing ? storedSettings(deps, existing) : defaultsOf(deps, channel);
  const { plugin, clean } = read(deps, channel, { ...input, settings: { ...kept, ...input.settings } });
  const settings = sealSettings(deps.keyring, plugin, clean.settings);
  const { ownerId } = input;
  const about = { channel, provider, inboxId: existing?.id ?? null, ownerId, name: clean.name, address: clean.address, settings };
  return insert(scope, about, state);
}

/** The same for an inbox that is connected: with its present settings, to choose other places or correct something. */
export function reopenConnection(scope: Scope, inbox: InboxRecord, state: Connection['state']): Promise<ConnectionId> {
  const { channel, id: inboxId, ownerId = null, name, address, settings } = inbox;
  return insert(scope, { channel, provider: '', inboxId, ownerId, name, address, settings }, state);
}

/** Corrects the data of an account, which is to be tried again. Throws InvalidError. */
export async function correctConnection(
  scope: Scope,
  deps: Deps,
  connection: Connection,
  input: Omit<AccountInput, 'ownerId'>,
): Promise<void> {
  const { plugin, clean } = read(deps, connection.channel, input);
  const settings = sealSettings(deps.keyring, plugin, clean.settings);
  const change = { name: clean.name, address: clean.address, settings, state: 'trying' as const, stages: [] };
  await transact(scope, (tx) => changeConnection(tx, connection.id, change));
}

/** The same data are to be tried once more. */
export const retryConnection = (scope: Scope, { id }: Connection): Promise<void> =>
  transact(scope, (tx) => changeConnection(tx, id, { state: 'trying', stages: [] }));

/** One that the company (null) or an agent began. Raises not_found. */
export async function connectionById(scope: Scope, id: ConnectionId, ownerId: AgentId | null): Promise<Connection> {
  const found = await findConnection(scope, id);
  if (found?.ownerId !== ownerId) throw new NotFoundError('Connection');
  return found;
}

/** The values of its settings, secrets in clear. Never shown. */
export function valuesOf({ plugins, keyring }: Deps, { channel, settings }: Connection): Record<string, unknown> {
  const plugin = plugins.channel(channel);
  return plugin ? openSettings(keyring, plugin, settings) : {};
}

export const forgetConnection = (scope: Scope, id: ConnectionId): Promise<void> => transact(scope, (tx) => deleteConnection(tx, id));

/** Those that nobody went on with for a week. */
export const forgetOldConnections = (scope: Scope): Promise<number> =>
  transact(scope, (tx) => deleteConnectionsBefore(tx, new Date(scope.now().getTime() - KEPT_MS)));

/** Whose account an inbox is connected to; null: to none. */
export function accountOf({ plugins, directory }: Pick<Deps, 'plugins' | 'directory'>, { id, channel }: InboxRecord) {
  const typed = directory.typed(id);
  return (typed && plugins.channel(channel)?.connecting?.account(typed.settings)) ?? null;
}

/** The steps of a channel. Throws NotFoundError when it has none. */
export function stepsOf(plugin: ChannelPlugin | null): Connecting<unknown> {
  if (!plugin?.connecting) throw new NotFoundError('Channel');
  return plugin.connecting;
}

function defaultsOf({ plugins }: Deps, channel: string): Record<string, unknown> {
  const plugin = plugins.channel(channel);
  return plugin ? settingsWithDefaults(plugin, {}) : {};
}

function read(deps: Deps, channel: string, input: Omit<AccountInput, 'ownerId'>) {
  const name = input.name.trim() === '' ? input.address : input.name;
  return readInput(deps, channel, { ...input, name });
}

function insert(
  scope: Scope,
  about: Omit<Connection, 'id' | 'state' | 'stages' | 'places' | 'changedAt'>,
  state: Connection['state'] = 'trying',
): Promise<ConnectionId> {
  return transact(scope, async (tx) => {
    if (about.inboxId !== null) await deleteConnectionsOf(tx, about.inboxId);
    return insertConnection(tx, { ...about, state, stages: [], places: [] });
  });
}
