import type { AgentId, ConversationId, VisitorId } from '../lib/ids.ts';
import type { DomainEvent } from './catalogue.ts';

/** Receives names of things that changed ("conversation-42"); the browser then fetches them through the ordinary routes. */
export type Listener = (names: readonly string[]) => void;

export interface Stream {
  /** Answers a function that ends the subscription; `onEnd` is called when the stream itself ends. */
  subscribe(listener: Listener, onEnd?: () => void): () => void;
  /** Tells every listener, once for each name within `gatherMs`, in this process and the others. */
  poke(names: readonly string[]): void;
  /** Tells those of this process: of what every process learns by itself. */
  pokeHere(names: readonly string[]): void;
  readonly listeners: () => number;
  /** When something last changed, beside who looks at what and has read it; the start when nothing has. A page asked for before it may be out of date. */
  readonly changedAt: () => Date;
  /** Drops what is gathered and all listeners, and ends what hangs on them. */
  close(): void;
}

/** More at once come from an act on many: then the next frames wait for `MANY_GATHER_MS`, so that nobody fetches for each. */
const MANY = 100;
const MANY_GATHER_MS = 1_000;

/** Changes within `gatherMs` reach the browsers as one frame for each name. */
export function createStream(
  gatherMs = 40,
  now: () => Date = () => new Date(),
  tellOthers: (names: readonly string[]) => void = () => {},
): Stream {
  const listeners = new Map<Listener, () => void>();
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let changedAt = now();
  let wasMany = false;
  const flush = (): void => {
    timer = null;
    const names = [...gathered];
    wasMany = names.length > MANY;
    gathered.clear();
    for (const listener of listeners.keys()) listener(names);
  };
  const pokeHere = (names: readonly string[]): void => {
    if (names.length === 0) return;
    // Every page says when it opens who looks at it, and that he has read it: the next page need not be asked for again because of that.
    if (!names.every((name) => /^(presence-|reads@)/.test(name))) changedAt = now();
    if (listeners.size === 0) return;
    for (const name of names) gathered.add(name);
    timer ??= setTimeout(flush, wasMany ? Math.max(gatherMs, MANY_GATHER_MS) : gatherMs);
  };
  return {
    subscribe: (listener, onEnd = () => {}) => {
      listeners.set(listener, onEnd);
      return () => void listeners.delete(listener);
    },
    pokeHere,
    poke: (names) => {
      pokeHere(names);
      if (names.length > 0) tellOthers(names);
    },
    listeners: () => listeners.size,
    changedAt: () => changedAt,
    close: () => {
      if (timer) clearTimeout(timer);
      timer = null;
      gathered.clear();
      const ends = [...listeners.values()];
      listeners.clear();
      for (const end of ends) end();
    },
  };
}

/** Which names an event changes on the screens that show it. */
export function namesOf(event: DomainEvent): readonly string[] {
  const names: string[] = [];
  const { data } = event;
  if ('conversationId' in data) names.push('conversations', `conversation-${data.conversationId}`);
  if ('otherId' in data) names.push(`conversation-${data.otherId}`, 'deliveries');
  if ('deliveryId' in data) names.push('deliveries');
  if (event.type === 'message.sent' || event.type === 'message.withdrawn' || event.type === 'message.scheduled') names.push('deliveries');
  if (event.type === 'deliveries.hastened') names.push('deliveries');
  if (event.type === 'inbox.changed') names.push('inboxes');
  if (event.type === 'inbound.failed' || event.type === 'report.unmatched') names.push('unreadable');
  if (event.type === 'sending_domain.changed' || event.type === 'domain_report.received') names.push('sending-domains');
  if (event.type === 'notifications.changed') names.push(...event.data.agentIds.map(notificationsOf));
  if (event.type === 'contact.labelled' || event.type === 'contact.unlabelled' || event.type === 'contact.named')
    names.push(`contact-${event.data.contactId}`);
  if (event.type.startsWith('label.')) names.push('labels', 'conversations');
  if (event.type === 'agent.availability_changed' || event.type === 'picture.changed') names.push('agents');
  if (event.type === 'folder.changed' || event.type === 'saved_view.changed' || event.type.startsWith('team.')) names.push('conversations');
  if (event.type === 'backup.finished') names.push('backups');
  if (event.type === 'plugin.changed') names.push('plugins', 'inboxes');
  return names;
}

/**
 * The same with whom each name is for: `deliveries@42` = whoever sees conversation 42, `conversations@folder-3` = whoever sees folder 3,
 * `conversations@agent-7` = agent 7, and `rights@agent-7` that what he may do or see is another; without @ everybody, but `conversation-42` and `presence-42` only for those who see it, `contact-5` for those
 * who see a conversation of that contact; `@but-7` = of all those, not agent 7. core/live/audience.ts reads it.
 */
export function pokesOf(event: DomainEvent): readonly string[] {
  const { data } = event;
  const ids = [...('conversationId' in data ? [data.conversationId] : []), ...('otherId' in data ? [data.otherId] : [])];
  const names = namesOf(event).flatMap((name) =>
    ids.length === 0 || /^(conversation|notifications)-/.test(name) ? [name] : ids.map((id) => `${name}@${id}`),
  );
  // Whoever saw it until now has to see that it went.
  if (event.type === 'conversation.filed')
    names.push(...bothOf(event.data.conversationId).map((name) => `${name}@folder-${event.data.fromFolderId}`));
  if (event.type === 'conversation.shared' || event.type === 'conversation.unshared')
    names.push(...bothOf(event.data.conversationId).map((name) => `${name}@agent-${event.data.agentId}`));
  if (event.type === 'bulk_action.changed') names.push(bulkActionsOf(event.data.byAgentId));
  if (event.type === 'folder_rights.changed' || event.type === 'team_rights.changed' || event.type === 'team_members.changed')
    names.push(...event.data.agentIds.flatMap((id) => [`rights@agent-${id}`, `conversations@agent-${id}`]));
  return names;
}

/** The lists and the conversation itself. */
const bothOf = (id: ConversationId): readonly string[] => ['conversations', `conversation-${id}`];

/** That the bar of what an agent does to many has moved. */
export const bulkActionsOf = (id: AgentId): string => `bulk-actions@agent-${id}`;

/** That an agent has read something: it looks different in the lists of his browsers only. */
export const readsOf = (id: AgentId): string => `reads@agent-${id}`;

/** Who is at a conversation, which he who comes or goes has no need to hear. */
export const presenceOf = (id: ConversationId, agentId: AgentId): string => `presence-${id}@but-${agentId}`;

/** That the mark of his answer comes or goes in the lists of the others. */
export const markOf = (id: ConversationId, agentId: AgentId): string => `conversations@${id}@but-${agentId}`;

const notificationsOf = (id: AgentId): string => `notifications-${id}`;

/** That something stands in a visitor's window which he has not seen; no agent hears of it. */
export const windowOf = (id: VisitorId): string => `visitor-${id}`;

/** Whether a name is for this agent as far as the name alone tells. */
export const concerns = (name: string, id: AgentId): boolean =>
  !name.startsWith('visitor-') && (!name.startsWith('notifications-') || name === notificationsOf(id));
