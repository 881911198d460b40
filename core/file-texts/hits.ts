import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { plainWords, type Terms } from '../search/terms.ts';
import { hasPages, pageWith } from './fold.ts';
import { type FileOfHit, filesOfHits } from './store.ts';

/** The file in which words were found; `page` only where it has several. */
export interface FileHit {
  readonly filename: string;
  readonly page: number | null;
}

const MAX_FILES = 40;

/** For each of those conversations the file of a found message that holds most of the words; none when no file holds any. */
export async function filesWith(
  scope: Scope,
  terms: Terms,
  messageIds: readonly MessageId[],
  conversationIds: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, FileHit>> {
  const words = plainWords(terms);
  const best = new Map<ConversationId, FileHit & { readonly count: number }>();
  if (words.length === 0 || conversationIds.length === 0) return best;
  for (const file of await filesOfHits(scope, messageIds, conversationIds, MAX_FILES)) {
    const hit = hitIn(file, words, terms.isUnfinished);
    if (hit.count > (best.get(file.conversationId)?.count ?? 0)) best.set(file.conversationId, hit);
  }
  return best;
}

function hitIn({ filename, words: text }: FileOfHit, words: readonly string[], isUnfinished: boolean) {
  const pages = words.flatMap((word, at) => pageWith(text, word, isUnfinished && at === words.length - 1) ?? []);
  return { filename, page: hasPages(text) ? (pages[0] ?? null) : null, count: pages.length };
}
