import { leadTo } from '../conversations/evidence.ts';
import { visibleTitles } from '../conversations/titles.ts';
import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { forwardByMessage, forwardsFrom, originsOf } from './store.ts';
import type { Forward, ForwardLine, ForwardOrigin } from './types.ts';

/** What a message of ours took along out of another conversation; null = nothing. Whoever asks. */
export const forwardOf = (scope: Scope, id: MessageId): Promise<Forward | null> => forwardByMessage(scope, id);

/** What a conversation shows of forwarding. */
export interface Forwards {
  readonly lines: readonly ForwardLine[];
  readonly origins: readonly ForwardOrigin[];
}
export const NO_FORWARDS: Forwards = { lines: [], origins: [] };

/** Four queries at most; see below. */
export const forwardsOf = async (scope: Scope, family: readonly ConversationId[]): Promise<Forwards> => ({
  lines: await forwardLines(scope, family),
  origins: await forwardOrigins(scope, family),
});

/** What was forwarded out of a conversation (`family`: with those that lead to it), without side conversations that the actor may not see. */
async function forwardLines(scope: Scope, family: readonly ConversationId[]): Promise<readonly ForwardLine[]> {
  const rows = await forwardsFrom(scope, family);
  if (rows.length === 0) return [];
  const standing = await leadTo(
    scope,
    rows.map(({ sideId }) => sideId),
  );
  const now = (id: ConversationId): ConversationId => standing.get(id) ?? id;
  const titles = await visibleTitles(
    scope,
    rows.map(({ sideId }) => now(sideId)),
  );
  return rows.flatMap(({ id, afterMessageId, sideId, messageIds, isWhole, by, at, answeredAt }) => {
    const title = titles.get(now(sideId));
    if (!title) return [];
    return [{ id, afterMessageId, sideId: now(sideId), contact: title.contact, count: messageIds.length, isWhole, by, at, answeredAt }];
  });
}

/** Where a side conversation came from: each conversation once, as it stands now. */
async function forwardOrigins(scope: Scope, family: readonly ConversationId[]): Promise<readonly ForwardOrigin[]> {
  const found = (await originsOf(scope, family)).filter((id) => id !== null);
  if (found.length === 0) return [];
  const standing = await leadTo(scope, found);
  const ids = [...new Set(found.map((id) => standing.get(id) ?? id))].filter((id) => !family.includes(id));
  const titles = await visibleTitles(scope, ids);
  return ids.map((id) => ({ conversationId: id, subject: titles.get(id)?.subject ?? null, isSeen: titles.has(id) }));
}
