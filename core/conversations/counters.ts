import type { Scope, WriteScope } from '../db/scope.ts';
import { type DeliveryStatus, isFailed, isWaiting } from '../deliveries/types.ts';
import { type AgentId, type ConversationId, type InboxId, parseId } from '../lib/ids.ts';
import { addToCounters, readCounterValues } from './store.ts';
import type { Conversation, Counters } from './types.ts';

/** Of `spam` and `waitingSince` only whether they are there; `mergedIntoId` absent = null. */
type Counted = Pick<Conversation, 'status' | 'inboxId' | 'assigneeId' | 'failedDeliveries'> & {
  readonly spam: unknown;
  readonly waitingSince: unknown;
  readonly mergedIntoId?: ConversationId | null;
};
export type CounterChanges = Map<string, number>;

/** Every counter a conversation is counted in; null = it does not exist. What was merged counts where it went. */
function conversationCounters(state: Counted | null): readonly string[] {
  if (!state || state.mergedIntoId) return [];
  if (state.spam) return ['conversations.spam'];
  const names = [`conversations.${state.status}`];
  if (state.failedDeliveries > 0) names.push('conversations.failed');
  if (state.status !== 'open') return names;
  if (state.waitingSince) names.push('open.unanswered');
  names.push(`open.inbox.${state.inboxId}`, state.assigneeId === null ? 'open.unassigned' : `open.assignee.${state.assigneeId}`);
  return names;
}

/** Every counter a delivery is counted in; null = it does not exist. */
function deliveryCounters(status: DeliveryStatus | null): readonly string[] {
  if (status === null) return [];
  if (isWaiting(status)) return ['deliveries.waiting'];
  return isFailed(status) ? ['deliveries.failed'] : [];
}

function difference(before: readonly string[], after: readonly string[], into: CounterChanges): CounterChanges {
  for (const name of before) into.set(name, (into.get(name) ?? 0) - 1);
  for (const name of after) into.set(name, (into.get(name) ?? 0) + 1);
  return into;
}

/** What a change of a conversation does to the counters; `into` collects several changes for one statement. */
export const conversationDifference = (before: Counted | null, after: Counted | null, into: CounterChanges = new Map()): CounterChanges =>
  difference(conversationCounters(before), conversationCounters(after), into);

/** The same for one delivery. */
export const deliveryDifference = (
  before: DeliveryStatus | null,
  after: DeliveryStatus | null,
  into: CounterChanges = new Map(),
): CounterChanges => difference(deliveryCounters(before), deliveryCounters(after), into);

/** Moves the counters in the caller's transaction: at most one statement, none when nothing changes. */
export const moveCounters = (tx: WriteScope, changes: CounterChanges): Promise<void> => addToCounters(tx, changes);

/** All counters in one query. */
export async function readCounters(scope: Scope): Promise<Counters> {
  const values = await readCounterValues(scope);
  const of = (name: string): number => values.get(name) ?? 0;
  const openByInbox = new Map<InboxId, number>();
  const openByAssignee = new Map<AgentId, number>();
  for (const [name, value] of values) {
    const inboxId = name.startsWith('open.inbox.') ? parseId<'inboxes'>(name.slice('open.inbox.'.length)) : null;
    const agentId = name.startsWith('open.assignee.') ? parseId<'agents'>(name.slice('open.assignee.'.length)) : null;
    if (inboxId !== null) openByInbox.set(inboxId, value);
    if (agentId !== null) openByAssignee.set(agentId, value);
  }
  return {
    open: of('conversations.open'),
    snoozed: of('conversations.snoozed'),
    closed: of('conversations.closed'),
    spam: of('conversations.spam'),
    failed: of('conversations.failed'),
    unassigned: of('open.unassigned'),
    unanswered: of('open.unanswered'),
    openByInbox,
    openByAssignee,
    deliveriesWaiting: of('deliveries.waiting'),
    deliveriesFailed: of('deliveries.failed'),
  };
}
