import type { ConversationRow } from '../conversations/types.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import type { Preview } from './preview-store.ts';
import type { TransferLine } from './types.ts';

/** A transfer in the time line of a conversation: `text` is the end of a key under `transfers.line.`. */
export function lineView(line: TransferLine, here: ConversationId, family: readonly ConversationId[]) {
  const isOut = line.toId !== here && (line.kind !== 'merge' || !family.includes(line.toId));
  const otherId = isOut ? line.toId : line.fromId;
  return {
    id: line.id,
    isMerge: line.kind === 'merge',
    text: `${line.kind}_${isOut ? 'out' : 'in'}`,
    n: line.messageCount,
    number: otherId,
    subject: isOut ? line.toSubject : line.fromSubject,
    href: family.includes(otherId) ? null : `/conversations/${otherId}`,
    by: line.agentName,
    at: line.at,
    mayUndo: line.mayUndo ?? line.undoneAt === null,
    undoneAt: line.undoneAt,
    undoneBy: line.undoneBy,
  };
}
export type LineView = ReturnType<typeof lineView>;

/**
 * Lines in a page of messages: each follows the newest message that was there when it happened; those before the first message come first.
 * A page that is not the conversation's end shows nothing that came after it.
 */
export function placeLines<Line extends Pick<TransferLine, 'afterMessageId'>, View>(
  lines: readonly Line[],
  page: { readonly ids: readonly MessageId[]; readonly isBeginning: boolean; readonly before: MessageId | null },
  view: (line: Line) => View,
): { readonly first: readonly View[]; readonly after: ReadonlyMap<MessageId, readonly View[]> } {
  const first: View[] = [];
  const after = new Map<MessageId, View[]>();
  for (const line of lines) {
    if (page.before !== null && line.afterMessageId >= page.before) continue;
    const place = page.ids.findLast((id) => id <= line.afterMessageId);
    if (place !== undefined) after.set(place, [...(after.get(place) ?? []), view(line)]);
    else if (page.isBeginning) first.push(view(line));
  }
  return { first, after };
}

/** A conversation as somebody sees it who has to tell it from another one. */
export function cardView(row: ConversationRow, previews: readonly Preview[], iconOf: (channel: string) => string) {
  return {
    id: row.id,
    href: `/conversations/${row.id}`,
    subject: row.subject,
    contact: row.contact.name || row.contact.address,
    address: row.contact.address,
    avatarOf: row.contact.address,
    inbox: row.inbox.name,
    inboxId: row.inbox.id,
    icon: iconOf(row.inbox.channel),
    status: row.status,
    snippet: row.snippet,
    at: row.lastMessageAt,
    since: row.createdAt,
    count: row.messageCount,
    messages: previews
      .filter((one) => one.conversationId === row.id)
      .map(({ direction, name, text, at }) => ({ direction, name, text: snippet(text), at })),
  };
}
