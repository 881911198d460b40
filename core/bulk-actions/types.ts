import type { ListFilters } from '../conversations/types.ts';
import type { AgentId, BulkActionId, ConversationId, FolderId, LabelId, TeamId } from '../lib/ids.ts';

/** What can be done to many conversations at once. */
export const BULK_KINDS = [
  'close',
  'reopen',
  'assign',
  'label',
  'unlabel',
  'file',
  'spam',
  'not_spam',
  'ignore',
  'snooze',
  'read',
  'trash',
  'untrash',
] as const;
export type BulkKind = (typeof BULK_KINDS)[number];

/** One type for each, so that a switch can tell them apart. */
type Kinds<K extends BulkKind> = { [One in K]: { readonly kind: One } }[K];

/** What is done, and with what. */
export type BulkDeed =
  | Kinds<'close' | 'reopen' | 'spam' | 'not_spam' | 'ignore' | 'read' | 'trash' | 'untrash'>
  | { readonly kind: 'assign'; readonly assigneeId: AgentId | null; readonly teamId?: TeamId | null }
  | (Kinds<'label' | 'unlabel'> & { readonly labelId: LabelId })
  | { readonly kind: 'file'; readonly folderId: FolderId }
  /** Null = until the contact writes. */
  | { readonly kind: 'snooze'; readonly until: Date | null };

/** To which: these, or all of a list as it is when the act begins. */
export type BulkChoice = { readonly ids: readonly ConversationId[] } | { readonly list: Omit<ListFilters, 'cursor' | 'limit' | 'sight'> };

/** It is found out which; done; over; stopped by a person; taken back; taken back to its end. */
export const BULK_STATES = ['collecting', 'running', 'done', 'cancelled', 'undoing', 'undone'] as const;
export type BulkState = (typeof BULK_STATES)[number];

/** `same` = it was so already, `stayed` = not taken back, since somebody has changed it meanwhile. */
export const ITEM_STATES = ['waiting', 'done', 'same', 'refused', 'undone', 'stayed'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** More at once are no list that somebody looked at. */
export const MAX_ITEMS = 50_000;
/** For so long it can be taken back, and is remembered what became of each. */
export const UNDO_HOURS = 24;
/** For so long it stands above the list once it is over. */
export const SHOWN_MINUTES = 15;

export interface BulkAction {
  readonly id: BulkActionId;
  readonly agentId: AgentId;
  readonly deed: BulkDeed;
  readonly list: ListFilters | null;
  /** Where collecting goes on; null = at the beginning. */
  readonly cursor: string | null;
  readonly state: BulkState;
  readonly total: number;
  readonly done: number;
  readonly same: number;
  readonly refused: number;
  readonly undone: number;
  readonly stayed: number;
  /** The list was longer than MAX_ITEMS. */
  readonly isCut: boolean;
  readonly createdAt: Date;
  /** When it, or its undoing, was over. */
  readonly finishedAt: Date | null;
}

/** Whether something is still to be done. */
export const isGoing = ({ state }: Pick<BulkAction, 'state'>): boolean =>
  state === 'collecting' || state === 'running' || state === 'undoing';

/** Whether it can be taken back now. */
export const canUndo = (action: BulkAction, now: Date): boolean =>
  (action.state === 'done' || action.state === 'cancelled') &&
  action.done > 0 &&
  now.getTime() < action.createdAt.getTime() + UNDO_HOURS * 3_600_000;
