import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Blobs } from '../blobs/blobs.ts';
import { type Scope, transact } from '../db/scope.ts';
import { MAX_ID, type MessageId } from '../lib/ids.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { indexAgain } from '../search/index-again.ts';
import type { Extract } from './extractor.ts';
import { bearerOf, type FileState, isAnyWaiting, putBack, readingOf, saveFile, takeWaiting } from './store.ts';

export interface FileReaderDeps {
  readonly scope: Scope;
  readonly blobs: Pick<Blobs, 'path'>;
  readonly extract: Extract;
  readonly log: Log;
}

export interface FileReader {
  wake(): void;
  stop(): Promise<void>;
}

/** A file that took the process down with it is not begun for ever. */
const MAX_ATTEMPTS = 3;

/**
 * Reads the file that came last and makes its messages findable by its words; false when none waits. What cannot be read stays a file
 * to open: nobody has to do anything about it.
 */
export async function readNextFile({ scope, blobs, extract, log }: FileReaderDeps, signal: AbortSignal): Promise<boolean> {
  if (!(await isAnyWaiting(scope))) return false;
  const file = await transact(scope, takeWaiting);
  if (!file) return false;
  const { sha256, kind } = file;
  const text = kind === 'reading' ? await readingOf(scope, sha256) : '';
  const extracted =
    file.attempts < MAX_ATTEMPTS ? await extract({ path: blobs.path(sha256), kind, text }, signal) : ({ problem: 'unreadable' } as const);
  if ('words' in extracted) await keepWords(scope, sha256, 'read', extracted.words || null);
  else if (extracted.problem === 'interrupted') await transact(scope, (tx) => putBack(tx, sha256));
  else {
    log.info('file_without_words', { sha256, kind, problem: extracted.problem });
    await keepWords(scope, sha256, 'failed', null);
  }
  return true;
}

/**
 * The last file of a message that is read makes it findable by the words of all of them: were it indexed after each, a mail of hundreds of files
 * would be as often. The file waits until its messages are indexed, so that a stop in between loses none; those that come meanwhile find its words.
 */
async function keepWords(scope: Scope, sha256: string, state: FileState, words: string | null): Promise<void> {
  await transact(scope, (tx) => saveFile(tx, sha256, 'waiting', words));
  for (let below: number | null = MAX_ID; below !== null; ) {
    const id: MessageId | null = await bearerOf(scope, sha256, below);
    if (id !== null) await transact(scope, (tx) => indexAgain(tx, [id]));
    below = id;
    await nextTurn();
  }
  await transact(scope, (tx) => saveFile(tx, sha256, state, words));
}

const LOOK_MS = 30_000;
/** After something came, so that a burst of mail is one look and goes first. */
const SETTLE_MS = 1_000;
const PAUSE_MS = 50;

/** Reads files one at a time beside everything else, slowly while something comes in. */
export function startFileReader(deps: FileReaderDeps): FileReader {
  const stopping = new AbortController();
  let isNews = true;
  let rouse = (): void => {};
  const sleep = (ms: number): Promise<void> => {
    const woken = new AbortController();
    rouse = () => woken.abort();
    return wait(ms, undefined, { signal: AbortSignal.any([woken.signal, stopping.signal]), ref: false }).catch(() => {});
  };
  const pause = (ms: number): Promise<unknown> => wait(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const settle = isNews;
      isNews = false;
      await pause(settle ? SETTLE_MS : PAUSE_MS);
      if (stopping.signal.aborted) return;
      const isRead = await readNextFile(deps, stopping.signal).catch((error: unknown) => {
        deps.log.error('file_reader_failed', errorFacts(error));
        return false;
      });
      if (!isRead && !isNews) await sleep(LOOK_MS);
    }
  };
  const running = run();
  return {
    wake: () => {
      isNews = true;
      rouse();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
