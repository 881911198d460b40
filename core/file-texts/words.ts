import type { Scope, WriteScope } from '../db/scope.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import type { MessageId } from '../lib/ids.ts';
import { kindOf } from './kind.ts';
import { deleteFiles, fileWordsOf, insertWaiting } from './store.ts';

/** Files of a new message that may hold words wait to be read; a content that is known is not read again. */
export async function awaitWords(tx: WriteScope, attachments: readonly StoredAttachment[]): Promise<void> {
  const files = attachments.flatMap((one) => {
    const kind = one.reading?.kind === 'message' ? 'reading' : kindOf(one);
    return kind === null ? [] : [{ sha256: one.sha256, kind }];
  });
  if (files.length > 0) await insertWaiting(tx, files);
}

/** Folded words of the files of each message, as far as they were read. */
export const wordsOfFiles = (scope: Scope, ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, readonly string[]>> =>
  fileWordsOf(scope, ids);

/** Of contents that nobody refers to any more. */
export const forgetFiles = (tx: WriteScope, files: readonly string[]): Promise<void> => deleteFiles(tx, files);
