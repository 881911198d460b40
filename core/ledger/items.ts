import type { Scope } from '../db/scope.ts';
import { RAW_STATUSES, type RawStatus } from '../ingest/types.ts';
import type { ConversationId, InboxId, RawInboundId } from '../lib/ids.ts';
import type { Page } from '../lib/page.ts';
import { conversationsOf, itemPage } from './item-store.ts';

export const ITEMS_A_PAGE = 50;

/** One kept thing as the list behind a number shows it. */
export interface LedgerItem {
  readonly id: RawInboundId;
  readonly inboxId: InboxId;
  readonly status: RawStatus;
  /** Who handed it over, as the channel's envelope says; '' when it does not. */
  readonly sender: string;
  readonly bytes: number;
  readonly receivedAt: Date;
  /** Why it became what it is, in the words of the log; null when there is nothing to say. */
  readonly reason: string | null;
  readonly conversationId: ConversationId | null;
  /** When its bytes were deleted by a rule, or by somebody for good; null = they are there. */
  readonly purgedAt: Date | null;
  /** What a scanner found in it; null = nothing. */
  readonly virus: string | null;
}

/** Null = any. */
export interface ItemFilters {
  readonly day: string | null;
  readonly inboxId: InboxId | null;
  readonly status: RawStatus | 'returned' | null;
  readonly cursor: string | null;
}

/** `returned` = those of the duplicates that came again after they were deleted for good. */
export const isItemStatus = (text: string): text is RawStatus | 'returned' =>
  text === 'returned' || RAW_STATUSES.some((one) => one === text);

/** Kept things, newest first, with the conversation that each became part of. */
export async function listItems(scope: Scope, filters: ItemFilters): Promise<Page<LedgerItem>> {
  const page = await itemPage(scope, filters, ITEMS_A_PAGE);
  const conversations = await conversationsOf(
    scope,
    page.items.map(({ id }) => id),
  );
  return { ...page, items: page.items.map((item) => ({ ...item, conversationId: conversations.get(item.id) ?? null })) };
}
