import { isAnyOf } from '../db/dialect.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import type { FileKind } from './kind.ts';

/** Files whose words nobody has looked for yet. Those that are known stay as they are. */
export async function insertWaiting(
  { db }: WriteScope,
  files: readonly { readonly sha256: string; readonly kind: FileKind }[],
): Promise<void> {
  const rows = files.map((file) => ({ ...file, state: 'waiting' }));
  for (let from = 0; from < rows.length; from += 100)
    await db('file_texts')
      .insert(rows.slice(from, from + 100))
      .onConflict('sha256')
      .ignore();
}

export interface WaitingFile {
  readonly sha256: string;
  readonly kind: FileKind;
  /** How often it was begun before. */
  readonly attempts: number;
}

/** The one that came last; it counts as begun once more. */
export async function takeWaiting({ db }: WriteScope): Promise<WaitingFile | null> {
  const row: WaitingFile | undefined = await db('file_texts')
    .whereRaw("state = 'waiting'")
    .orderBy('id', 'desc')
    .first('sha256', 'kind', 'attempts');
  if (!row) return null;
  await db('file_texts').where({ sha256: row.sha256 }).increment('attempts', 1);
  return row;
}

/** What was read of a message in a message when it came. */
export async function readingOf({ db }: Scope, sha256: string): Promise<string> {
  const row: { facts: string; text: string } | undefined = await db('attachments')
    .join('attachment_readings', 'attachment_readings.attachment_id', 'attachments.id')
    .where({ blob_sha256: sha256, kind: 'message' })
    .first('facts', 'attachment_readings.text');
  return row ? `${row.facts}\n${row.text}` : '';
}

export type FileState = 'waiting' | 'read' | 'failed';

export async function saveFile({ db }: WriteScope, sha256: string, state: FileState, words: string | null): Promise<void> {
  await db('file_texts').where({ sha256 }).update({ state, words });
}

/**
 * The newest message below the given id that bears the file and can be indexed once for all its files: none of the others is still to be read, and
 * some hold words. Null = there is none.
 */
export async function bearerOf({ db }: Scope, sha256: string, below: number): Promise<MessageId | null> {
  const beside = 'select 1 from attachments o join file_texts f on f.sha256 = o.blob_sha256 where o.message_id = a.message_id';
  const row: { message_id: MessageId } | undefined = await db('attachments as a')
    .where('a.blob_sha256', sha256)
    .where('a.message_id', '<', below)
    .whereRaw(`not exists (${beside} and f.state = 'waiting' and f.sha256 <> ?)`, [sha256])
    .whereRaw(`exists (${beside} and f.words is not null)`)
    .orderBy('a.message_id', 'desc')
    .first('a.message_id');
  return row?.message_id ?? null;
}

/** Files of each message whose words are known. */
export async function readFilesOf({ db }: Scope, ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const rows: { message_id: MessageId; sha256: string }[] = await db('attachments as a')
    .join('file_texts as t', 't.sha256', 'a.blob_sha256')
    .whereRaw(...isAnyOf(db, 'a.message_id', ids))
    .whereNotNull('t.words')
    .orderBy('a.id')
    .select('a.message_id', 't.sha256');
  return new Map([...Map.groupBy(rows, (row) => row.message_id)].map(([id, files]) => [id, files.map(({ sha256 }) => sha256)]));
}

/** Words of these files, of each at most so many characters. */
export async function wordsIn({ db }: Scope, files: readonly string[], maxChars: number): Promise<readonly string[]> {
  const beginning = db.raw('substr(words, 1, ?) as words', [maxChars]);
  const rows: { words: string }[] = await db('file_texts').whereIn('sha256', files).whereNotNull('words').select(beginning);
  return rows.map(({ words }) => words);
}

export interface FileOfHit {
  readonly conversationId: ConversationId;
  readonly filename: string;
  readonly words: string;
}

/** So much of a file is looked into for a list's row; what stands behind that is found, but not named. */
const CHARS_OF_ROW = 150_000;

/** Files of the messages among those that are in one of the conversations, the newest first. */
export async function filesOfHits(
  { db }: Scope,
  messageIds: readonly MessageId[],
  conversationIds: readonly ConversationId[],
  limit: number,
): Promise<readonly FileOfHit[]> {
  return db('messages as m')
    .join('attachments as a', 'a.message_id', 'm.id')
    .join('file_texts as t', 't.sha256', 'a.blob_sha256')
    .whereRaw(...isAnyOf(db, 'm.id', messageIds))
    .whereRaw(...isAnyOf(db, 'm.conversation_id', conversationIds))
    .whereNotNull('t.words')
    .orderBy('m.id', 'desc')
    .limit(limit)
    .select('m.conversation_id as conversationId', 'a.filename', db.raw('substr(t.words, 1, ?) as words', [CHARS_OF_ROW]));
}

export async function deleteFiles({ db }: WriteScope, files: readonly string[]): Promise<void> {
  for (let from = 0; from < files.length; from += 200)
    await db('file_texts')
      .whereIn('sha256', files.slice(from, from + 200))
      .delete();
}

/** Whether a file waits, without holding anything up. */
export async function isAnyWaiting({ db }: Scope): Promise<boolean> {
  return (await db('file_texts').whereRaw("state = 'waiting'").first('id')) !== undefined;
}

/** It was not its fault that it was not read to its end. */
export async function putBack({ db }: WriteScope, sha256: string): Promise<void> {
  await db('file_texts').where({ sha256 }).decrement('attempts', 1);
}
