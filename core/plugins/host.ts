import type { Scope } from '../db/scope.ts';
import { isTransient } from '../db/transient.ts';
import type { Schedule, ScheduledTask } from '../jobs/schedule.ts';
import type { Dns } from '../lib/dns.ts';
import { AppError, TemporaryError } from '../lib/errors.ts';
import type { InboxId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import {
  type ChannelHost,
  type ChannelPlugin,
  type FilterPlugin,
  type Health,
  type Inbox,
  isChannel,
  isFilter,
  isScanner,
  type OutboundMessage,
  type Plugin,
  type PluginHost,
  type RunningChannel,
  type RunningFilter,
  type RunningScanner,
  type SenderWatch,
  type SendResult,
  type ServerValues,
} from './contract.ts';
import type { LoadedPlugin } from './loader.ts';
import { pluginState } from './store.ts';

export type PluginState = 'disabled' | 'starting' | 'running' | 'failed';

/** What Settings → Plugins shows of one plugin. */
export interface PluginStatus {
  readonly name: string;
  readonly plugin: Plugin | null;
  /** By its manifest, or because the environment configures it (`startsEnabled` among its process-wide values). */
  readonly startsEnabled: boolean;
  readonly state: PluginState;
  /** Code and text of why it could not be loaded or started. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly health: Health | null;
}

/** Where the host learns of inboxes; handed in by main because core/plugins may not import nouns. */
export interface InboxSource {
  /** Open inboxes of a channel with settings already typed by the plugin. */
  openInboxes(channel: string): Promise<readonly Inbox<unknown>[]>;
  findInbox(channel: string, address: string): Promise<InboxId | null>;
}

export interface ActiveFilter {
  readonly name: string;
  readonly plugin: FilterPlugin;
  readonly running: RunningFilter;
}

export interface Plugins {
  list(): readonly PluginStatus[];
  /** The plugin of a channel, running or not; null when there is no such folder or it is broken. */
  channel(name: string): ChannelPlugin | null;
  running(name: string): RunningChannel<unknown> | null;
  /** The filters that run now, in order of their names. */
  filters(): readonly ActiveFilter[];
  scanners(): readonly RunningScanner[];
  start(name: string): Promise<void>;
  stop(name: string): Promise<void>;
  /** Starts it again with its present settings; a disabled plugin stays as it is. */
  restart(name: string): Promise<void>;
  /** Tells a running plugin that an inbox was created, changed or paused. */
  apply(channel: string, inboxId: InboxId): Promise<void>;
  send(channel: string, inbox: Inbox<unknown>, message: OutboundMessage, signal: AbortSignal): Promise<readonly SendResult[]>;
  stopAll(): Promise<void>;
}

export interface PluginsOptions {
  readonly loaded: readonly LoadedPlugin[];
  readonly scope: Scope;
  readonly inboxes: InboxSource;
  readonly keep: ChannelHost['keep'];
  readonly hasRoom: ChannelHost['hasRoom'];
  /** Absent: this process reads accounts elsewhere. */
  readonly onTurn?: ChannelHost['onTurn'];
  readonly backlog: ChannelHost['backlog'];
  /** Null authenticator: nothing is ever found. */
  readonly watchSender: (authenticator: URL | null, envelope: Readonly<Record<string, string>>) => SenderWatch;
  readonly refused: ChannelHost['refused'];
  readonly turnedAway: ChannelHost['turnedAway'];
  readonly admit: ChannelHost['admit'];
  readonly hasWaited: ChannelHost['hasWaited'];
  /** The plugin-wide settings of a plugin that has some, typed by it. Throws when they cannot be read. */
  readonly settingsOf: (plugin: Plugin) => Promise<unknown>;
  /** Process-wide values by plugin name. */
  readonly server: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly schedule: Schedule;
  readonly signingKeys: ChannelHost['signingKeys'];
  readonly sent: ChannelHost['sent'];
  readonly toVisitor: ChannelHost['toVisitor'];
  readonly accessToken: ChannelHost['accessToken'];
  readonly numbered: ChannelHost['numbered'];
  readonly deleted: ChannelHost['deleted'];
  readonly dns: Dns;
  readonly log: Log;
  readonly onChange: (name: string) => void;
  /** After so long one is started again that could not because of what passes. */
  readonly retryMs?: number;
}

interface Slot {
  readonly loaded: LoadedPlugin;
  state: PluginState;
  problem: PluginStatus['problem'];
  running:
    | { readonly kind: 'channel'; readonly it: RunningChannel<unknown> }
    | { readonly kind: 'filter'; readonly it: RunningFilter }
    | { readonly kind: 'scanner'; readonly it: RunningScanner }
    | null;
  tasks: ScheduledTask[];
  opened: Set<InboxId>;
  /** Starts and stops of one plugin wait for each other. */
  queue: Promise<void>;
  retry: NodeJS.Timeout | null;
}

/** Runs the plugins: each in its own slot, so that a failing one is shown as failed and the rest goes on. */
export function createPlugins(options: PluginsOptions): Plugins {
  const { scope, inboxes, log, retryMs = 30_000 } = options;
  const slots = new Map<string, Slot>(options.loaded.map((loaded) => [loaded.name, newSlot(loaded)]));

  const slotOf = (name: string): Slot => {
    const slot = slots.get(name);
    if (!slot) throw new AppError('plugin_unknown', 404, `There is no plugin named ${name}`);
    return slot;
  };

  const hostFor = (slot: Slot, settings: unknown): PluginHost => {
    const { name } = slot.loaded;
    return {
      log: {
        info: (event, facts) => log.info(event, { plugin: name, ...facts }),
        warn: (event, facts) => log.warn(event, { plugin: name, ...facts }),
        error: (event, facts) => log.error(event, { plugin: name, ...facts }),
      },
      now: scope.now,
      server: options.server[name] ?? {},
      settings,
      dns: options.dns,
      state: pluginState(scope, name),
      every: (expression, task) => void slot.tasks.push(options.schedule.every(expression, `plugin ${name}`, task)),
      everywhere: (expression, task) => void slot.tasks.push(options.schedule.everywhere(expression, `plugin ${name}`, task)),
    };
  };

  const begin = async (slot: Slot, plugin: Plugin): Promise<void> => {
    const { name } = slot.loaded;
    const host = hostFor(slot, await options.settingsOf(plugin));
    if (isFilter(plugin)) slot.running = { kind: 'filter', it: await plugin.start(host) };
    else if (isScanner(plugin)) slot.running = { kind: 'scanner', it: await plugin.start(host) };
    else if (isChannel(plugin)) {
      const { keep, hasRoom, backlog, admit, hasWaited, signingKeys, sent, accessToken, numbered, deleted } = options;
      const { refused, turnedAway, toVisitor } = options;
      const { onTurn = (listener) => listener(true) } = options;
      const watchSender: ChannelHost['watchSender'] = (envelope) => options.watchSender(plugin.authenticator ?? null, envelope);
      const findInbox: ChannelHost['findInbox'] = (address) => inboxes.findInbox(name, address);
      const core = {
        ...{ keep, hasRoom, backlog, admit, hasWaited, signingKeys, sent, accessToken, numbered, deleted },
        ...{ findInbox, watchSender, refused, turnedAway, onTurn, toVisitor },
      };
      const channel = await plugin.start({ ...host, ...core });
      slot.running = { kind: 'channel', it: channel };
      for (const inbox of await inboxes.openInboxes(name)) {
        await channel.open(inbox);
        slot.opened.add(inbox.id);
      }
    }
  };

  const fail = (slot: Slot, error: unknown): void => {
    const code = error instanceof AppError ? error.code : 'broken';
    slot.state = 'failed';
    slot.problem = { code, message: errorFacts(error).error };
    log.error('plugin_failed', { plugin: slot.loaded.name, ...errorFacts(error) });
    // Neither its code nor its settings: a server, a port or the database that may be there in a moment.
    if (code === 'unreachable' || isTransient(error)) slot.retry = setTimeout(() => void start(slot), retryMs).unref();
  };

  const start = (slot: Slot): Promise<void> =>
    inTurn(slot, async () => {
      if (slot.running || !slot.loaded.plugin) return;
      if (slot.retry) clearTimeout(slot.retry);
      slot.state = 'starting';
      slot.problem = null;
      try {
        await begin(slot, slot.loaded.plugin);
        slot.state = 'running';
        log.info('plugin_started', { plugin: slot.loaded.name, inboxes: slot.opened.size });
      } catch (error) {
        await release(slot);
        fail(slot, error);
      }
      options.onChange(slot.loaded.name);
    });

  const stop = (slot: Slot): Promise<void> =>
    inTurn(slot, async () => {
      await release(slot);
      if (slot.loaded.plugin) {
        slot.state = 'disabled';
        slot.problem = null;
      }
      options.onChange(slot.loaded.name);
    });

  const runningChannel = (name: string): RunningChannel<unknown> | null => channelOf(slots.get(name) ?? null);

  return {
    list: () => [...slots.values()].map((slot) => statusOf(slot, options.server[slot.loaded.name] ?? {})),
    channel: (name) => {
      const plugin = slots.get(name)?.loaded.plugin ?? null;
      return isChannel(plugin) ? plugin : null;
    },
    running: runningChannel,
    filters: () =>
      [...slots.values()].flatMap(({ loaded, running }) =>
        running?.kind === 'filter' && isFilter(loaded.plugin) ? [{ name: loaded.name, plugin: loaded.plugin, running: running.it }] : [],
      ),
    scanners: () => [...slots.values()].flatMap(({ running }) => (running?.kind === 'scanner' ? [running.it] : [])),
    start: (name) => start(slotOf(name)),
    stop: (name) => stop(slotOf(name)),
    restart: async (name) => {
      const slot = slotOf(name);
      if (slot.state === 'disabled') return;
      await stop(slot);
      await start(slot);
    },
    apply: (channel, inboxId) => {
      const slot = slotOf(channel);
      return inTurn(slot, async () => {
        const running = channelOf(slot);
        if (!running) return;
        const inbox = (await inboxes.openInboxes(channel)).find((one) => one.id === inboxId);
        if (inbox) await running.open(inbox);
        else if (slot.opened.has(inboxId)) await running.close(inboxId);
        if (inbox) slot.opened.add(inboxId);
        else slot.opened.delete(inboxId);
      });
    },
    send: async (channel, inbox, message, signal) => {
      const running = runningChannel(channel);
      if (!running) throw new TemporaryError(`The plugin ${channel} is not running`, { help: 'Enable it in Settings → Plugins.' });
      return running.send(message, inbox, signal);
    },
    stopAll: async () => {
      await Promise.all([...slots.values()].map((slot) => inTurn(slot, () => release(slot))));
    },
  };
}

function newSlot(loaded: LoadedPlugin): Slot {
  const broken = loaded.plugin === null;
  return {
    loaded,
    state: broken ? 'failed' : 'disabled',
    problem: loaded.plugin === null ? { code: 'broken', message: loaded.error } : null,
    running: null,
    tasks: [],
    opened: new Set(),
    queue: Promise.resolve(),
    retry: null,
  };
}

function inTurn(slot: Slot, work: () => Promise<void>): Promise<void> {
  const turn = slot.queue.then(work);
  slot.queue = turn.catch(() => {});
  return turn;
}

async function release(slot: Slot): Promise<void> {
  if (slot.retry) clearTimeout(slot.retry);
  slot.retry = null;
  const { running, tasks } = slot;
  slot.running = null;
  slot.tasks = [];
  slot.opened.clear();
  await Promise.all(tasks.map((task) => task.stop()));
  await running?.it.stop();
}

const channelOf = (slot: Slot | null): RunningChannel<unknown> | null => (slot?.running?.kind === 'channel' ? slot.running.it : null);

const statusOf = (slot: Slot, server: ServerValues): PluginStatus => ({
  name: slot.loaded.name,
  plugin: slot.loaded.plugin,
  startsEnabled: slot.loaded.plugin?.manifest.startsEnabled || server['startsEnabled'] === 'true',
  state: slot.state,
  problem: slot.problem,
  health: slot.running?.it.health() ?? null,
});
