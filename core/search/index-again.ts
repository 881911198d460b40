import type { WriteScope } from '../db/scope.ts';
import { indexedOf } from '../file-texts/fold.ts';
import { wordsForIndex } from '../file-texts/words.ts';
import type { MessageId } from '../lib/ids.ts';
import { indexMessage } from './index-message.ts';
import { deleteWords, findableAmong, type Unindexed } from './store.ts';
import { wordsAtEnd } from './words-at-end.ts';

/** Indexes these messages anew, with the words of their files; those in spam and in the trash are left alone. */
export async function indexAgain(tx: WriteScope, ids: readonly MessageId[]): Promise<void> {
  await wordsAtEnd.write(tx);
  const messages = await findableAmong(tx, ids);
  await deleteWords(
    tx,
    messages.map(({ id }) => id),
  );
  await indexAll(tx, messages);
}

/** Indexes messages that are not. */
export async function indexAll(tx: WriteScope, messages: readonly Unindexed[]): Promise<void> {
  const files = await wordsForIndex(
    tx,
    messages.filter(({ hasFiles }) => hasFiles).map(({ id }) => id),
  );
  for (const message of messages) indexMessage(tx, { ...message, files: await indexedOf(files.get(message.id) ?? []) });
}
