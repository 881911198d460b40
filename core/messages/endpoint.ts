import type { InboxDirectory } from '../inboxes/directory.ts';
import type { AgentId, InboxId } from '../lib/ids.ts';
import { randomToken } from '../lib/secrets.ts';
import type { ChannelPlugin, ChannelTraits, InboxPolicy } from '../plugins/contract.ts';

/** What reading and writing messages has to know of an inbox. */
export interface Endpoint {
  readonly id: InboxId;
  readonly name: string;
  readonly address: string;
  /** Whose personal mailbox it is; null = the company's. */
  readonly ownerId: AgentId | null;
  readonly traits: ChannelTraits;
  readonly canSend: boolean;
  /** What happens to doubtful mail; null = nothing. */
  readonly policy: InboxPolicy | null;
  /** A new, unguessable id for an outbound message. */
  readonly newExternalId: () => string;
}

export interface Endpoints {
  /** Null when there is no such inbox or its plugin is missing. */
  find(id: InboxId): Endpoint | null;
  /** Whether the address belongs to one of our inboxes, open or not. */
  isOurs(address: string): boolean;
  /** Whether one of our inboxes has its address in the domain. */
  isOurDomain(domain: string): boolean;
}

/** The endpoints of the inboxes in memory; `channel` answers the plugin of a channel, running or not. */
export function endpointsOf(directory: InboxDirectory, channel: (name: string) => ChannelPlugin | null): Endpoints {
  return {
    isOurs: directory.isOurs,
    isOurDomain: (domain) => directory.all().some(({ address }) => address.endsWith(`@${domain}`)),
    find: (id) => {
      const record = directory.record(id);
      const plugin = record ? channel(record.channel) : null;
      if (!record || !plugin) return null;
      const typed = directory.typed(id);
      return {
        id,
        name: record.name,
        address: record.address,
        ownerId: record.ownerId ?? null,
        traits: plugin.manifest.traits,
        // A paused inbox neither takes nor sends.
        canSend: record.status === 'open' && typed !== null && plugin.canSend(typed.settings),
        policy: (typed && plugin.policy?.(typed.settings)) ?? null,
        newExternalId: () => plugin.externalId(record.address, randomToken()),
      };
    },
  };
}
