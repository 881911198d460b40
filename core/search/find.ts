import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scope } from '../db/scope.ts';
import { wordsOfFiles } from '../file-texts/words.ts';
import { DAY_MS } from '../lib/day.ts';
import type { MessageId } from '../lib/ids.ts';
import { clausesOf } from './clauses.ts';
import { messagesWith, textsOf, timesOfAll, type Written } from './store.ts';
import { inOrder, isTerm, type Terms, termsOf } from './terms.ts';
import { wordsBetween } from './time-words.ts';

/** Older hits than this many messages are not looked at, so that a common word costs as much in a large archive as in a small one. */
export const MAX_HITS = 500;
/** So far a search goes on when what it found is narrowed to less than a page. */
export const MAX_HITS_NARROWED = 3_000;

/** From when on and until when messages were written, `before` not included; null = no bound. */
export interface Dates {
  readonly after: Date | null;
  readonly before: Date | null;
}

export interface Found {
  /** The newest first. */
  readonly ids: readonly MessageId[];
  /** There may be older ones. */
  readonly isCut: boolean;
}

/** The newest messages that hold the terms, of at most `limit` that hold the words. None for terms without words. */
export async function findMessages(scope: Scope, terms: Terms, dates: Dates, limit: number = MAX_HITS): Promise<Found> {
  if (terms.words.length === 0) return { ids: [], isCut: false };
  const written = await writtenIn(scope, dates);
  if (written?.words.length === 0) return { ids: [], isCut: false };
  const ask = (words: readonly string[], isUnfinished: boolean) => newest(scope, { words, isUnfinished }, written, limit);
  const whole = await ask(terms.words, false);
  // Whole words cost little, and when they are common enough nothing unfinished is needed.
  const isUnfinished = terms.isUnfinished && whole.length < limit;
  const hits = isUnfinished ? await ask(terms.words, true) : whole;
  // Those left out are among as many of the newest, whatever the words.
  const out = new Set<MessageId>();
  for (const words of terms.without) for (const id of await ask([...words, ...terms.words], isUnfinished)) out.add(id);
  const left = hits.filter((id) => !out.has(id));
  const isCut = hits.length === limit;
  return terms.phrases.length === 0 ? { ids: left, isCut } : withPhrases(scope, left, terms.phrases, isCut);
}

/** Days back from the newest message: where one of these spans has enough, nothing older is asked for. */
const SPANS_DAYS = [31, 366, 3_660];

/**
 * The newest messages with the words: of the last month, then of the year, and so on; within each of these by their ids. Where there are more than
 * `limit`, ids alone would tell what came last: after an archive was imported, years-old mail, and not what was written yesterday.
 */
async function newest(
  scope: Scope,
  query: Pick<Terms, 'words' | 'isUnfinished'>,
  written: Written | null,
  limit: number,
): Promise<readonly MessageId[]> {
  const all = await messagesWith(scope, query, written, limit);
  if (all.length < limit) return all;
  const { from: first, to } = written ?? (await spanOf(scope, { after: null, before: null }));
  const found = new Set<MessageId>();
  for (const days of SPANS_DAYS) {
    const from = new Date(to.getTime() - days * DAY_MS);
    if (from <= first || found.size >= limit) break;
    for (const id of await messagesWith(scope, query, { from, to, words: wordsBetween(from, to) }, limit)) found.add(id);
  }
  return [...found, ...all.filter((id) => !found.has(id))].slice(0, limit).sort((a, b) => b - a);
}

/** The newest messages that hold every word of `q`, at most MAX_HITS; the last word may be unfinished. None for a text without words. */
export async function messagesWithWords(scope: Scope, q: string): Promise<readonly MessageId[]> {
  const { ids } = await findMessages(scope, termsOf(clausesOf(q).filter(isTerm)), { after: null, before: null });
  return ids;
}

/** Null = whenever; without words nothing was written then. */
async function writtenIn(scope: Scope, dates: Dates): Promise<Written | null> {
  if (dates.after === null && dates.before === null) return null;
  const { from, to } = await spanOf(scope, dates);
  return { from, to, words: wordsBetween(from, to) };
}

/** The same with ends: those of all messages. Ids do not follow the time: an archive or a connected mailbox brings old mail later. */
async function spanOf(scope: Scope, { after, before }: Dates): Promise<Omit<Written, 'words'>> {
  const all = (await timesOfAll(scope)) ?? { first: new Date(0), last: new Date(0) };
  const from = after && after > all.first ? after : all.first;
  const to = before && before <= all.last ? before : new Date(all.last.getTime() + 1);
  return { from, to };
}

const PAGE = 10;
const MAX_READ_CHARS = 4_000_000;
const TURN_CHARS = 40_000;

/** Of those, the ones in which the words of each phrase follow each other. Read a few at a time; the event loop gets its turns. */
async function withPhrases(scope: Scope, ids: readonly MessageId[], phrases: readonly string[], isCut: boolean): Promise<Found> {
  const found: MessageId[] = [];
  let [read, sinceTurn] = [0, 0];
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    const files = await wordsOfFiles(scope, page);
    for (const { id, text } of await textsOf(scope, page)) {
      if (read > MAX_READ_CHARS) return { ids: found, isCut: true };
      let missing = phrases;
      for await (const words of piecesOf(text, files.get(id))) {
        missing = missing.filter((phrase) => !words.includes(` ${phrase} `));
        read += words.length;
        sinceTurn += words.length;
        if (missing.length === 0) break;
        if (sinceTurn < TURN_CHARS) continue;
        sinceTurn = 0;
        await nextTurn();
      }
      if (missing.length === 0) found.push(id);
    }
  }
  return { ids: found, isCut };
}

/** No phrase goes from the message into a file, or from one file into another. */
async function* piecesOf(text: string, files: AsyncIterable<string> | readonly string[] = []): AsyncGenerator<string> {
  yield ` ${inOrder(text)} `;
  yield* files;
}
