import type { Scope } from '../db/scope.ts';
import { AppError } from '../lib/errors.ts';
import type { AgentId, InboxId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import type { ChannelPlugin, Inbox } from '../plugins/contract.ts';
import { typedInbox } from './settings.ts';
import { allInboxes } from './store.ts';
import { type InboxRecord, isOpenTo } from './types.ts';

/** All inboxes in memory, so that an SMTP session or a list page asks the database nothing. Reloaded after every change. */
export interface InboxDirectory {
  reload(): Promise<void>;
  all(): readonly InboxRecord[];
  /** The company's and, of the personal ones, the viewer's own. */
  openTo(viewer: AgentId | null): readonly InboxRecord[];
  record(id: InboxId): InboxRecord | null;
  /** The open inbox of this channel with this normalised address. */
  find(channel: string, address: string): InboxId | null;
  /** With settings typed by its plugin; null when there is no such inbox or its plugin is missing. */
  typed(id: InboxId): Inbox<unknown> | null;
  openOf(channel: string): readonly Inbox<unknown>[];
  /** Whether `address` is one of ours, open or not. */
  isOurs(address: string): boolean;
}

export interface DirectoryOptions {
  readonly scope: Scope;
  readonly keyring: Keyring;
  readonly channel: (name: string) => ChannelPlugin | null;
  readonly log: Log;
}

/** Starts empty; call `reload` before use. */
export function createDirectory({ scope, keyring, channel, log }: DirectoryOptions): InboxDirectory {
  let byId = new Map<InboxId, InboxRecord>();
  let byAddress = new Map<string, InboxRecord>();
  let addresses = new Set<string>();
  /** Null: its settings cannot be read, which was said in the log. */
  let typedById = new Map<InboxId, Inbox<unknown> | null>();

  const reload = async (): Promise<void> => {
    const records = await allInboxes(scope);
    byId = new Map(records.map((record) => [record.id, record]));
    byAddress = new Map(records.map((record) => [`${record.channel} ${record.address}`, record]));
    addresses = new Set(records.map((record) => record.address));
    typedById = new Map();
  };

  const typed = (id: InboxId): Inbox<unknown> | null => {
    const known = typedById.get(id);
    if (known !== undefined) return known;
    const record = byId.get(id);
    const plugin = record ? channel(record.channel) : null;
    if (!record || !plugin) return null;
    try {
      const inbox = typedInbox(keyring, plugin, record);
      typedById.set(id, inbox);
      return inbox;
    } catch (error) {
      typedById.set(id, null);
      log.error('inbox_settings_unreadable', { inbox: id, ...(error instanceof AppError ? { code: error.code } : errorFacts(error)) });
      return null;
    }
  };

  return {
    reload,
    all: () => [...byId.values()],
    openTo: (viewer) => [...byId.values()].filter((record) => isOpenTo(record, viewer)),
    record: (id) => byId.get(id) ?? null,
    find: (name, address) => {
      const record = byAddress.get(`${name} ${address}`);
      return record?.status === 'open' ? record.id : null;
    },
    typed,
    openOf: (name) => {
      const open = [...byId.values()].filter((record) => record.channel === name && record.status === 'open');
      return open.map((record) => typed(record.id)).filter((inbox) => inbox !== null);
    },
    isOurs: (address) => addresses.has(address),
  };
}
