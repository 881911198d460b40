import type { WriteScope } from '../db/scope.ts';
import type { ConversationId } from '../lib/ids.ts';
import { indexAll } from './index-again.ts';
import { deleteWordsOf, messagesToIndex } from './store.ts';
import { wordsAtEnd } from './words-at-end.ts';

const PAGE = 50;

/** Makes every message of a conversation findable again; those that are already are indexed anew. */
export async function indexMessages(tx: WriteScope, id: ConversationId): Promise<void> {
  await forgetMessages(tx, id);
  let after = 0;
  for (;;) {
    const page = await messagesToIndex(tx, id, after, PAGE);
    await indexAll(tx, page);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

/** No message of the conversation is found any more. */
export async function forgetMessages(tx: WriteScope, id: ConversationId): Promise<void> {
  await wordsAtEnd.write(tx);
  await deleteWordsOf(tx, id);
}
