import { leadTo } from '../conversations/evidence.ts';
import { visibleTitles } from '../conversations/titles.ts';
import type { Scope } from '../db/scope.ts';
import { listDrafts } from '../drafts/save.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { keptSince } from './keep.ts';
import { listOf } from './store.ts';
import type { ListedVersion } from './types.ts';

/** So many are shown, the newest. */
const SHOWN = 200;
/** So much of each text. */
const CHARS = 2_000;

/** The conversation that it belongs to now, as its reader sees it; null = a new message. */
interface Place {
  readonly id: ConversationId;
  readonly subject: string;
  readonly contact: string;
}

interface Shown {
  readonly place: Place | null;
  readonly text: string;
  readonly isCut: boolean;
  readonly files: readonly string[];
  readonly at: Date;
}

/** What an agent is writing, and what he can bring back of the last 30 days, newest first: of one conversation or of all that he sees. */
export async function shownDrafts(
  scope: Scope,
  agentId: AgentId,
  of: ConversationId | null,
): Promise<{ readonly standing: readonly Shown[]; readonly earlier: readonly (Shown & Pick<ListedVersion, 'id' | 'kind' | 'reason'>)[] }> {
  const drafts = await listDrafts(scope, agentId);
  const wanted = { conversationId: of, since: keptSince(scope.now()), limit: SHOWN, chars: CHARS };
  const versions = await listOf(scope, agentId, wanted);
  const ids = [...drafts, ...versions].flatMap(({ conversationId: id }) => (id === null ? [] : [id]));
  const standing = await leadTo(scope, [...new Set(ids)]);
  const titles = await visibleTitles(scope, [...standing.values()]);
  /** Undefined where he does not see the conversation. */
  const placeOf = (id: ConversationId | null): Place | null | undefined => {
    if (id === null) return null;
    const [now, title] = [standing.get(id) ?? id, titles.get(standing.get(id) ?? id)];
    return title && { id: now, ...title };
  };
  const placed = <T extends { readonly conversationId: ConversationId | null }>(
    list: readonly T[],
  ): readonly (T & { place: Place | null })[] =>
    list.flatMap((one) => {
      const place = placeOf(one.conversationId);
      return place === undefined || (of !== null && place?.id !== of) ? [] : [{ ...one, place }];
    });
  return {
    standing: placed(drafts).map(({ place, text, attachments, updatedAt: at }) => {
      const files = attachments.map(({ filename }) => filename);
      return { place, text: text.slice(0, CHARS), isCut: text.length > CHARS, files, at };
    }),
    earlier: placed(versions).map(({ conversationId: _, keptAt: at, ...one }) => ({ ...one, at })),
  };
}
