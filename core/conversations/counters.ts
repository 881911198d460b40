import type { Scope } from '../db/scope.ts';
import { type DeliveryStatus, isFailed, isWaiting } from '../deliveries/types.ts';
import { type Sight, sightFrom } from '../folders/sight.ts';
import { type AgentId, type ConversationId, type FolderId, type Id, parseId, type TeamId } from '../lib/ids.ts';
import type { SavedView } from '../saved-views/types.ts';
import { readCountersAndRanks, readCounterValues } from './counters-store.ts';
import type { Conversation, Counters } from './types.ts';

/** Of `spam`, `trashedAt` and `waitingSince` only whether they are there; `mergedIntoId` and `trashedAt` absent = null. */
type Counted = Pick<Conversation, 'status' | 'inboxId' | 'assigneeId' | 'teamId' | 'folderId' | 'failedDeliveries'> & {
  readonly spam: unknown;
  readonly waitingSince: unknown;
  readonly mergedIntoId?: ConversationId | null;
  readonly trashedAt?: unknown;
};
export type CounterChanges = Map<string, number>;

/** Every counter a conversation is counted in, each of its folder; null = it does not exist. What was merged counts where it went. */
const conversationCounters = (state: Counted | null): readonly string[] =>
  !state || state.mergedIntoId ? [] : stateCounters(state).map((name) => `${name}@${state.folderId}`);

function stateCounters(state: Omit<Counted, 'folderId'>): readonly string[] {
  if (state.trashedAt) return ['conversations.trash'];
  if (state.spam) return ['conversations.spam'];
  const names = [`conversations.${state.status}`];
  if (state.failedDeliveries > 0) names.push('conversations.failed');
  if (state.status !== 'open') return names;
  if (state.waitingSince) names.push('open.unanswered');
  names.push(`open.inbox.${state.inboxId}`, state.assigneeId === null ? 'open.unassigned' : `open.assignee.${state.assigneeId}`);
  if (state.teamId !== null) names.push(`open.team.${state.teamId}`);
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

/** Conversations of one state that are shared with an agent who does not see their folders. */
interface Shared {
  readonly state: Omit<Counted, 'folderId'>;
  readonly n: number;
}

/** The counters of what a sight reaches: all that were kept, added up over its folders, and what is shared beside them. */
function addUp(values: ReadonlyMap<string, number>, sight: Sight, shared: readonly Shared[] = []): Counters {
  const seen = sight === null ? null : new Set<number>(sight.folderIds);
  const sums = new Map<string, number>();
  const openByFolder = new Map<FolderId, number>();
  for (const [name, value] of values) {
    const [what = '', folder] = name.split('@');
    const folderId = parseId<'folders'>(folder);
    if (folderId !== null && seen && !seen.has(folderId)) continue;
    sums.set(what, (sums.get(what) ?? 0) + value);
    if (what === 'conversations.open' && folderId !== null) openByFolder.set(folderId, value);
  }
  for (const { state, n } of shared) for (const name of stateCounters(state)) sums.set(name, (sums.get(name) ?? 0) + n);
  const of = (name: string): number => sums.get(name) ?? 0;
  const by = <Table extends string>(prefix: string): ReadonlyMap<Id<Table>, number> =>
    new Map(
      [...sums].flatMap(([name, value]) => {
        const id = name.startsWith(prefix) ? parseId<Table>(name.slice(prefix.length)) : null;
        return id === null ? [] : [[id, value] as const];
      }),
    );
  return {
    open: of('conversations.open'),
    snoozed: of('conversations.snoozed'),
    closed: of('conversations.closed'),
    spam: of('conversations.spam'),
    trash: of('conversations.trash'),
    failed: of('conversations.failed'),
    unassigned: of('open.unassigned'),
    unanswered: of('open.unanswered'),
    openByInbox: by<'inboxes'>('open.inbox.'),
    openByAssignee: by<'agents'>('open.assignee.'),
    openByTeam: by<'teams'>('open.team.'),
    openByFolder,
    deliveriesWaiting: of('deliveries.waiting'),
    deliveriesFailed: of('deliveries.failed'),
  };
}

/** All counters in one query, whoever sees what. */
export const readCounters = async (scope: Scope): Promise<Counters> => addUp(await readCounterValues(scope), null);

/** What of the rail and the list's head is an agent's own. */
export interface OwnCounters {
  readonly counters: Counters;
  readonly sight: Sight;
  readonly ranks: ReadonlyMap<FolderId, number>;
  /** Teams that he is in. */
  readonly teamIds: readonly TeamId[];
  /** He acts on many conversations, or has just done so. */
  readonly hasBulk: boolean;
  /** Lists with a name: those that everybody has, then his own. */
  readonly views: readonly Pick<SavedView, 'id' | 'name' | 'query' | 'isShared'>[];
}

/** What an agent sees of the folders and the counters of that, in one query. */
export async function readOwnCounters(scope: Scope, agentId: AgentId): Promise<OwnCounters> {
  const { values, ranks, total, shared, teamIds, hasBulk, views } = await readCountersAndRanks(scope, agentId);
  const sight = sightFrom(agentId, [...ranks.keys()], total);
  return { counters: addUp(values, sight, shared), sight, ranks, teamIds, hasBulk, views };
}
