/** A plain text in two parts: what was written now, and the quoted rest with the line that introduces it. Empty rest = nothing to fold. */
export interface FoldedText {
  readonly text: string;
  readonly quoted: string;
}

const WROTE = 'wrote|napisał\\(a\\)|napisała|napisał|pisze|schrieb|a écrit|escribió|ha scritto|schreef|skrev';
const INTRODUCTION = new RegExp(
  `^(?:(?:on|w dniu|dnia|am|le|el|il|op|den)\\b.{4,200}?(?:${WROTE})(?:\\s*:?|\\s.{1,120}:)|.{1,120}(?:${WROTE})\\s*:)$`,
  'iu',
);
const SEPARATOR =
  /^(?:[-_]{3,}\s*(?:original message|wiadomość oryginalna|oryginalna wiadomość|forwarded message|wiadomość przekazana|ursprüngliche nachricht)\s*[-_]{3,}|_{20,})$/iu;
const HEADER = /^(?:from|od|von|de)\s*:\s.*\S/iu;
const HEADER_NEXT = /^(?:sent|date|to|wysłano|data|do|gesendet|datum|an)\s*:\s/iu;

/** Folds the quoted rest of an answer: what follows "On … wrote:", a separator, or the ">" lines at the end. Text between quotes stays. */
export function foldQuote(text: string): FoldedText {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const at = beginOfQuote(lines);
  if (at === null || lines.slice(0, at).every((line) => line.trim() === '')) return { text: lines.join('\n').trim(), quoted: '' };
  return { text: lines.slice(0, at).join('\n').trim(), quoted: lines.slice(at).join('\n').trim() };
}

function beginOfQuote(lines: readonly string[]): number | null {
  for (const [at, line] of lines.entries()) {
    const trimmed = line.trim();
    if (SEPARATOR.test(trimmed)) return at;
    if (HEADER.test(trimmed) && HEADER_NEXT.test((lines[at + 1] ?? '').trim())) return at;
    const joined = `${trimmed} ${(lines[at + 1] ?? '').trim()}`;
    const introduces = INTRODUCTION.test(trimmed) || (trimmed !== '' && INTRODUCTION.test(joined));
    if (introduces && restIsQuote(lines, at + (INTRODUCTION.test(trimmed) ? 1 : 2))) return at;
  }
  return beginOfTail(lines);
}

/** After the introduction come quoted lines, or the end: an answer written between them is not hidden. */
function restIsQuote(lines: readonly string[], from: number): boolean {
  const rest = lines.slice(from).filter((line) => line.trim() !== '');
  const marked = rest.filter((line) => line.startsWith('>')).length;
  return marked === 0 || marked === rest.length || rest.slice(marked).every((line) => !line.startsWith('>'));
}

function beginOfTail(lines: readonly string[]): number | null {
  let at = lines.length;
  let marked = 0;
  while (at > 0 && (lines[at - 1]?.startsWith('>') || lines[at - 1]?.trim() === '')) {
    at -= 1;
    if (lines[at]?.startsWith('>')) marked += 1;
  }
  return marked >= 2 ? at : null;
}
