import { join } from 'node:path';
import { sentMessage } from '../deliveries/compose.ts';
import { returnTokens } from '../deliveries/return-token.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { createDirectory, type InboxDirectory } from '../inboxes/directory.ts';
import { findInboxByAddress } from '../inboxes/store.ts';
import { type Authenticator, createAuthenticator } from '../ingest/authenticator.ts';
import { numberedEnvelopes } from '../ingest/numbered-store.ts';
import { countWaiting } from '../ingest/store.ts';
import { clearWatched, watchSender } from '../ingest/watch-sender.ts';
import type { InboxId } from '../lib/ids.ts';
import { createPlugins, type Plugins } from '../plugins/host.ts';
import { loadPlugins } from '../plugins/loader.ts';
import { pluginSettings } from '../plugins/settings.ts';
import { recordRefusal } from '../refusals/record.ts';
import { signingKeys } from '../sending-domains/signing-keys.ts';
import { deletedOf } from '../trash/tombstones.ts';
import { putBefore } from '../visitors/put-before.ts';
import { type Foundation, inBackground, ROOT } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

export interface Channels {
  readonly plugins: Plugins;
  readonly directory: InboxDirectory;
  readonly authenticator: Authenticator;
}

/** Of a channel that cannot tell who sends. */
const NO_WATCH = { add: async () => {}, result: async () => null, end: async () => {} };

/** Whether something more may be received, of an inbox or of all together: there is room on the disk, and no limit is used up. */
export const roomIn =
  ({ config, spool, quotas }: Pick<Foundation, 'config' | 'spool' | 'quotas'>) =>
  async (inboxId?: InboxId): Promise<boolean> =>
    !(await spool.space.state(config.maxMessageBytes)).isFull && (await quotas.hasRoom(inboxId));

/** Loads every folder of plugins/ and the inboxes; starts nothing yet. */
export async function openChannels(foundation: Foundation, shutdown: Shutdown, pluginsDir = join(ROOT, 'plugins')): Promise<Channels> {
  const { config, seat, peers, log, keyring, scope, blobs, spool, stream, schedule, dns, doorkeeper, turnAways, accessToken } = foundation;
  const channel = (name: string) => plugins.channel(name);
  const directory = createDirectory({ scope, keyring, channel, log });
  const findInbox = async (name: string, address: string) => {
    const known = directory.find(name, address);
    if (known !== null) return known;
    // The command line may have created it a moment ago, in another process.
    const stored = await findInboxByAddress(scope, name, address);
    if (stored?.status !== 'open' || directory.record(stored.id)) return null;
    await directory.reload();
    inBackground(log, 'inbox_open_failed', plugins.apply(name, stored.id));
    return directory.find(name, address);
  };
  const authenticator = createAuthenticator({ dnsServers: config.dnsServers, log });
  shutdown.add('authenticator', () => authenticator.stop());
  const watched = join(seat.dir, 'checking');
  await clearWatched(watched);
  const plugins: Plugins = createPlugins({
    loaded: await loadPlugins(pluginsDir),
    scope,
    inboxes: { openInboxes: async (name) => directory.openOf(name), findInbox },
    keep: spool.keep,
    admit: doorkeeper.admit,
    hasWaited: doorkeeper.hasWaited,
    hasRoom: roomIn(foundation),
    backlog: async () => (await spool.count()) + (await countWaiting(scope, 1000)),
    watchSender: (module, envelope) =>
      module ? watchSender({ authenticator, dir: watched, maxBytes: config.maxMessageBytes, log }, module, envelope) : NO_WATCH,
    refused: (refusal) => {
      log.info('mail_refused_by_policy', refusal);
      inBackground(log, 'refusal_not_recorded', recordRefusal(scope, refusal));
    },
    turnedAway: turnAways.count,
    settingsOf: (plugin) => pluginSettings(scope, keyring, plugin),
    server: config.plugins,
    schedule,
    signingKeys: (domain) => signingKeys(scope, keyring, domain),
    accessToken,
    toVisitor: (inboxId, address, externalId) => putBefore(scope, stream, inboxId, address, externalId),
    sent: (messageId) => sentMessage(scope, blobs, messageId, returnTokens(keyring)),
    deleted: (inboxId, which) => deletedOf(scope, inboxId, which),
    numbered: (inboxId) => numberedEnvelopes(scope, inboxId),
    onTurn: (listener) => {
      peers.onDuty((duty, isOurs) => duty === 'mailboxes' && listener(isOurs));
      listener(peers.holds('mailboxes'));
    },
    dns,
    log,
    onChange: () => stream.poke(['plugins', 'inboxes']),
  });
  shutdown.add('plugins', () => plugins.stopAll(), 15_000);
  await directory.reload();
  return { plugins, directory, authenticator };
}

/** Inboxes that changed in another process (the command line): read again and opened. Repeats without harm what this process did itself. */
export async function takeUpInboxes({ plugins, directory }: Channels, events: readonly DomainEvent[]): Promise<void> {
  const changed = new Set(events.flatMap((event) => (event.type === 'inbox.changed' ? [event.data.inboxId] : [])));
  if (changed.size === 0) return;
  await directory.reload();
  for (const id of changed) {
    const record = directory.record(id);
    if (record && plugins.channel(record.channel)) await plugins.apply(record.channel, id);
  }
}
