import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** A word in lower case and how bad it is. */
export interface Word {
  readonly word: string;
  readonly score: number;
}

const MAX_BYTES = 100_000;
const LINE = /^(\S{1,100})\s+(-?\d{1,3}(?:\.\d{1,3})?)$/;

/** Reads `words.txt`: one word and its score on each line. Raises when the file is away, too large, or a line is something else: half a list would let spam in. */
export async function readWords(folder: string, signal: AbortSignal): Promise<readonly Word[]> {
  const file = await open(join(folder, 'words.txt'));
  try {
    if ((await file.stat()).size > MAX_BYTES) throw new Error(`words.txt is larger than ${MAX_BYTES} bytes`);
    const text = await file.readFile({ encoding: 'utf8', signal });
    return text.split(/\r?\n/).flatMap((line, index) => {
      if (line.trim() === '') return [];
      const [, word, score] = LINE.exec(line.trim()) ?? [];
      if (word === undefined) throw new Error(`line ${index + 1} of words.txt is no word with a score`);
      return [{ word: word.toLowerCase(), score: Number(score) }];
    });
  } finally {
    await file.close();
  }
}
