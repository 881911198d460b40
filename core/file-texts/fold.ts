import { wordsOf } from '../search/words.ts';

const MAX_CHARS = 300_000;

/** Between pages. */
const PAGE_BREAK = '\f';

/** The words of each page in their order, folded, a space before and after each: what is kept of a file. */
export function foldedPages(pages: readonly string[]): string {
  let left = MAX_CHARS;
  const folded: string[] = [];
  for (const page of pages) {
    if (left <= 0) break;
    const words = piecesOf(page).flatMap((piece) => wordsOf(piece, 'all'));
    const text = ` ${words.join(' ')} `.slice(0, left);
    folded.push(words.length === 0 ? ' ' : `${text.slice(0, text.lastIndexOf(' '))} `);
    left -= text.length;
  }
  return folded.some((page) => page.trim() !== '') ? folded.join(PAGE_BREAK) : '';
}

const PIECE_CHARS = 100_000;

/** No word is looked for across the end of a piece. */
function piecesOf(page: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < Math.min(page.length, MAX_CHARS * 2); at += PIECE_CHARS) pieces.push(page.slice(at, at + PIECE_CHARS));
  return pieces;
}

const MAX_INDEXED = 10_000;

/** The different words of the files of one message, for the index; no more of the files is asked for than is taken. */
export async function indexedOf(files: AsyncIterable<string> | Iterable<string>): Promise<readonly string[]> {
  const words = new Set<string>();
  for await (const file of files)
    for (const word of file.split(/[ \f]+/)) {
      if (words.size === MAX_INDEXED) return [...words];
      if (word !== '') words.add(word);
    }
  return [...words];
}

/** Where in a folded file a word is first: the page, from 1; null = nowhere. The last one looked for may be the beginning of a longer one. */
export function pageWith(file: string, word: string, isBeginning: boolean): number | null {
  const at = file.indexOf(isBeginning ? ` ${word}` : ` ${word} `);
  return at < 0 ? null : file.slice(0, at).split(PAGE_BREAK).length;
}

export const hasPages = (file: string): boolean => file.includes(PAGE_BREAK);
