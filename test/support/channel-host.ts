import { createHash } from 'node:crypto';
import type { Dns } from '../../core/lib/dns.ts';
import { parseEmailAddress } from '../../core/lib/email-address.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';

import type { ChannelHost, KeepResult, Plugin, RawInbound, Refusal, SigningKey, TurnAwayReason } from '../../core/plugins/contract.ts';
import { valuesWithDefaults } from '../../core/plugins/fields.ts';

import { noDns, noTokens } from './dns.ts';

/** One thing that a plugin kept. */
export interface Kept {
  readonly id: string;
  readonly inboxIds: readonly InboxId[];
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A ChannelHost in memory: same answers as the real one, nothing on disk. */
export interface MemoryHost<Settings = unknown> extends ChannelHost<Settings> {
  readonly kept: readonly Kept[];
  readonly refusals: readonly Refusal[];
  /** Why callers were sent away, in order. */
  readonly turnAways: readonly TurnAwayReason[];
  /** Tasks the plugin asked for, to be run by the test. */
  readonly tasks: readonly ((signal: AbortSignal) => Promise<void>)[];
  /** From now on `keep` rejects (full disk), until called with false. */
  failKeep(failing: boolean): void;
  /** From now on there is no room, until called with false. */
  fill(full: boolean): void;
  failLookup(failing: boolean): void;
}

export interface MemoryHostOptions<Settings = unknown> {
  /** Address of each inbox by its id. */
  readonly inboxes?: Readonly<Record<number, string>>;
  readonly server?: Readonly<Record<string, string>>;
  /** Plugin-wide settings, as `readPluginSettings` types them. */
  readonly settings?: Settings;
  readonly now?: () => Date;
  /** Finds nothing out unless given. */
  readonly watchSender?: ChannelHost['watchSender'];
  /** Everybody is unlisted and has waited unless given. */
  readonly admit?: ChannelHost['admit'];
  readonly hasWaited?: ChannelHost['hasWaited'];
  /** Nobody answers unless given. */
  readonly dns?: Dns;
  /** False: of several processes another one has the clock. */
  readonly hasClock?: boolean;
  /** Nothing waits unless given. */
  readonly backlog?: ChannelHost['backlog'];
  /** This process reads accounts unless given. */
  readonly onTurn?: ChannelHost['onTurn'];
  /** Nothing was sent unless given. */
  readonly sent?: ChannelHost['sent'];
  readonly deleted?: ChannelHost['deleted'];
  /** There is no visitor unless given. */
  readonly toVisitor?: ChannelHost['toVisitor'] | undefined;
  readonly accessToken?: ChannelHost['accessToken'];
  /** Of every domain; none unless given. */
  readonly signingKeys?: readonly SigningKey[];
}

/** What a new installation gives a plugin as `host.settings`. */
export const defaultPluginSettings = (plugin: Plugin): unknown =>
  plugin.readPluginSettings?.(valuesWithDefaults(plugin.manifest.pluginSettings ?? [], {}));

/** Ports are 0 unless the test says otherwise, so that runs never meet. */
export function memoryHost<Settings = unknown>(options: MemoryHostOptions<Settings> = {}): MemoryHost<Settings> {
  const kept: Kept[] = [];
  const refusals: Refusal[] = [];
  const turnAways: TurnAwayReason[] = [];
  const tasks: ((signal: AbortSignal) => Promise<void>)[] = [];
  const state = new Map<string, string>();
  const inboxes = new Map(
    Object.entries(options.inboxes ?? {}).map(([id, address]) => [parseEmailAddress(address) ?? address, Number(id)]),
  );
  let keepFails = false;
  let isFull = false;
  let lookupFails = false;
  return {
    kept,
    tasks,
    failKeep: (failing) => {
      keepFails = failing;
    },
    fill: (full) => {
      isFull = full;
    },
    failLookup: (failing) => {
      lookupFails = failing;
    },
    log: silentLog,
    now: options.now ?? (() => new Date()),
    server: { host: '127.0.0.1', port: '0', hostname: 'mx.centrala.test', ...options.server },
    settings: options.settings as Settings,
    keep: async (raw) => {
      const { body, bytes } = await readWhole(raw);
      if (keepFails) throw new Error('the disk is full');
      return remember(kept, raw, body, bytes);
    },
    watchSender: options.watchSender ?? (() => ({ add: async () => {}, result: async () => null, end: async () => {} })),
    refused: (refusal) => void refusals.push(refusal),
    refusals,
    turnedAway: (reason) => void turnAways.push(reason),
    turnAways,
    hasRoom: async () => !isFull,
    onTurn: options.onTurn ?? ((listener) => listener(true)),
    backlog: options.backlog ?? (async () => 0),
    admit: options.admit ?? (async () => ({ verdict: 'unlisted' })),
    hasWaited: options.hasWaited ?? (async () => true),
    findInbox: async (address) => {
      if (lookupFails) throw new Error('the database is away');
      return (inboxes.get(address) ?? null) as InboxId | null;
    },
    signingKeys: async () => options.signingKeys ?? [],
    accessToken: options.accessToken ?? noTokens,
    sent: options.sent ?? (async () => null),
    deleted: options.deleted ?? (async () => []),
    toVisitor: options.toVisitor ?? (async () => 'gone'),
    numbered: async function* (inboxId) {
      for (const { inboxIds, envelope } of kept) if (inboxIds.includes(inboxId) && envelope['uidValidity']) yield envelope;
    },
    dns: options.dns ?? noDns,
    state: {
      get: async (key) => state.get(key) ?? null,
      set: async (key, value) => void state.set(key, value),
      delete: async (key) => void state.delete(key),
      change: async (key, work) => {
        const after = work(state.get(key) ?? null);
        if (after === null) state.delete(key);
        else state.set(key, after);
      },
    },
    every: (_cron, task) => void (options.hasClock === false || tasks.push(task)),
    everywhere: (_cron, task) => void tasks.push(task),
  };
}

async function readWhole(raw: RawInbound): Promise<{ body: Buffer; bytes: number }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of raw.body) {
    bytes += chunk.length;
    if (bytes <= raw.maxBytes) chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), bytes };
}

function remember(kept: Kept[], raw: RawInbound, body: Buffer, bytes: number): KeepResult {
  if (bytes > raw.maxBytes) return { state: 'too_large', bytes };
  const id = `${kept.length + 1}-${createHash('sha256').update(body).digest('hex').slice(0, 8)}`;
  kept.push({ id, inboxIds: raw.inboxIds, contentType: raw.contentType, envelope: raw.envelope, body });
  return { state: 'kept', id };
}
