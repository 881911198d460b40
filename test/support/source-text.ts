export type Piece = 'code' | 'comment' | 'string' | 'template' | 'regex';

/** The source with the named pieces replaced by spaces; line numbers and the quotes of strings stay. */
export function blanked(source: string, pieces: readonly Piece[]): string {
  return piecesOf(source)
    .map(([piece, text]) => (pieces.includes(piece) ? blank(piece, text) : text))
    .join('');
}

function blank(piece: Piece, text: string): string {
  const empty = (part: string): string => part.replace(/[^\n]/g, ' ');
  if (piece === 'comment' || text.length < 2) return empty(text);
  return (text[0] ?? '') + empty(text.slice(1, -1)) + (text.at(-1) ?? '');
}

/** Cuts TypeScript into pieces. What is inside `${}` of a template literal counts as code. */
export function piecesOf(source: string): readonly (readonly [Piece, string])[] {
  const pieces: [Piece, string][] = [];
  /** Open braces of each `${` we are inside of. */
  const depths: number[] = [];
  let at = 0;
  const take = (piece: Piece, length: number): void => {
    const last = pieces.at(-1);
    const text = source.slice(at, at + length);
    if (piece === 'code' && last?.[0] === 'code') last[1] += text;
    else pieces.push([piece, text]);
    at += length;
  };
  const takeMatch = (piece: Piece, pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) take(piece, found[0].length);
    return found !== null;
  };
  while (at < source.length) {
    const char = source[at] ?? '';
    if (takeMatch('comment', /\/\/[^\n]*|\/\*[\s\S]*?\*\//y)) continue;
    if (takeMatch('string', /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y)) continue;
    if (char === '/' && startsRegex(pieces) && takeMatch('regex', /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y)) continue;
    const inside = depths.at(-1);
    if (char === '`' || (char === '}' && inside === 0)) {
      if (char === '}') depths.pop();
      takeMatch('template', /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y) || take('code', 1);
      if (pieces.at(-1)?.[1].endsWith('${')) depths.push(0);
      continue;
    }
    if (inside !== undefined && char === '{') depths[depths.length - 1] = inside + 1;
    if (inside !== undefined && char === '}') depths[depths.length - 1] = inside - 1;
    take('code', 1);
  }
  return pieces;
}

/** A slash begins a regular expression where a value may begin, else it divides. */
function startsRegex(pieces: readonly (readonly [Piece, string])[]): boolean {
  const before = pieces.findLast(([piece, text]) => piece !== 'comment' && text.trim() !== '');
  if (before === undefined) return true;
  if (before[0] === 'template') return before[1].endsWith('${');
  if (before[0] !== 'code') return false;
  return /(?:[(,=:[!&|?{};+*<>~^%-]|\b(?:return|typeof|case|of|in|do|else|yield|await))\s*$/.test(before[1]);
}
