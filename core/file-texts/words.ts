import type { Scope, WriteScope } from '../db/scope.ts';
import type { StoredAttachment } from '../ingest/types.ts';
import type { MessageId } from '../lib/ids.ts';
import { kindOf } from './kind.ts';
import { deleteFiles, insertWaiting, readFilesOf, wordsIn } from './store.ts';

/** Files of a new message that may hold words wait to be read; a content that is known is not read again. */
export async function awaitWords(tx: WriteScope, attachments: readonly StoredAttachment[]): Promise<void> {
  const files = attachments.flatMap((one) => {
    const kind = one.reading?.kind === 'message' ? 'reading' : kindOf(one);
    return kind === null ? [] : [{ sha256: one.sha256, kind }];
  });
  if (files.length > 0) await insertWaiting(tx, files);
}

/** So many have at most 3 MB of words. */
const AT_ONCE = 10;
/** More than is kept of a file. */
const WHOLE = 1_000_000;
/** Of the files of one message so much is looked at for the index, of each its share. */
const MAX_CHARS_FOR_INDEX = 1_500_000;

/**
 * Folded words of the files of each message, as far as they were read. They come when they are asked for, of a few files at a time: a mail of one
 * megabyte may hold hundreds of packed files, and those together more words than the process has memory.
 */
export const wordsOfFiles = (scope: Scope, ids: readonly MessageId[]): Promise<WordsOfFiles> => wordsOf(scope, ids, null);

/** The same for the index: of many long files, the beginning of each. */
export const wordsForIndex = (scope: Scope, ids: readonly MessageId[]): Promise<WordsOfFiles> => wordsOf(scope, ids, MAX_CHARS_FOR_INDEX);

export type WordsOfFiles = ReadonlyMap<MessageId, AsyncIterable<string>>;

async function wordsOf(scope: Scope, ids: readonly MessageId[], maxChars: number | null): Promise<WordsOfFiles> {
  const found = await readFilesOf(scope, ids);
  return new Map(
    [...found].map(([id, files]) => [id, fewAtATime(scope, files, maxChars === null ? WHOLE : Math.floor(maxChars / files.length))]),
  );
}

async function* fewAtATime(scope: Scope, files: readonly string[], maxChars: number): AsyncGenerator<string> {
  for (let from = 0; from < files.length; from += AT_ONCE)
    for (const words of await wordsIn(scope, files.slice(from, from + AT_ONCE), maxChars))
      yield words.length < maxChars ? words : words.slice(0, words.lastIndexOf(' ') + 1);
}

/** Of contents that nobody refers to any more. */
export const forgetFiles = (tx: WriteScope, files: readonly string[]): Promise<void> => deleteFiles(tx, files);
