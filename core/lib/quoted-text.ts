import { isForwardOrReplyMark, isHeaderBlock, isIntroduction, isSignatureLine, isSureIntroduction, ownLineFinder } from './quote-marks.ts';

/** A stretch of a text that may be folded away: offsets of its first character and of the one behind its last. */
export type Stretch = readonly [start: number, end: number];

/** Beyond this many lines nothing is looked for: such a text is a log, not an answer. */
const MAX_LINES = 20_000;
/** A signature below "--" is short; what is longer is the message itself. */
const MAX_SIGNATURE_LINES = 15;

/**
 * What in a plain text others wrote before, and signatures, in order: the quote above an answer, and everything from the line that
 * introduces a quote, a forwarding mark, the quoted lines at the end or the signature above them. Empty = nothing to fold. Answers
 * between quoted lines are never folded away, nor is a text that would leave nothing to read. What answers nothing (`isAnswer` false) quotes only what is
 * marked as a quote: lines like a mail's header are a form's. Linear in the length of the text.
 */
export function quotedStretches(text: string, isAnswer = true): readonly Stretch[] {
  const lines = text.split('\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) return [];
  const trimmed = lines.map((line) => line.slice(0, 1000).trim());
  const top = endOfTopQuote(trimmed);
  const quote = beginOfQuote(trimmed, top, isAnswer);
  const tail = beginOfSignature(trimmed, quote);
  if (trimmed.slice(top, tail).every((line) => line === '')) return [];
  const offsets = offsetsOf(lines);
  const stretch = (from: number, to: number): readonly Stretch[] => (from < to ? [[offsets[from] ?? 0, offsets[to] ?? text.length]] : []);
  return [...stretch(0, top), ...stretch(tail, lines.length)];
}

/** The text without what is folded away: for lists, notifications and whoever only wants the news. */
export const withoutStretches = (text: string, stretches: readonly Stretch[]): string =>
  [...stretches, [text.length, text.length] as const]
    .map(([start], index) => text.slice(stretches[index - 1]?.[1] ?? 0, start))
    .join('\n')
    .trim();

function offsetsOf(lines: readonly string[]): readonly number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const line of lines) {
    offsets.push(offset);
    offset += line.length + 1;
  }
  return offsets;
}

const isMarked = (line: string | undefined): boolean => line?.startsWith('>') ?? false;
/** Index of the first line with words at or behind `from`; the number of lines when there is none. */
function filled(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at] === '') at += 1;
  return at;
}

/** Index behind a quote with its introduction that stands above the whole answer; 0 when there is none, or when answers stand between. */
function endOfTopQuote(lines: readonly string[]): number {
  const first = filled(lines, 0);
  const length = isIntroduction(lines, first);
  const begin = length === 0 ? -1 : filled(lines, first + length);
  if (!isMarked(lines[begin])) return 0;
  let end = begin;
  while (end < lines.length && (isMarked(lines[end]) || lines[end] === '')) end += 1;
  const next = lines.findIndex((line, index) => index >= end && isMarked(line));
  const hasAnswer = end < lines.length && !isSignatureLine(lines[end] ?? '') && lines[end] !== '--';
  return hasAnswer && next === -1 ? end : 0;
}

/** Index of the first line of the quoted rest; the number of lines when there is none. */
function beginOfQuote(lines: readonly string[], from: number, isAnswer: boolean): number {
  const ownFrom = ownLineFinder(lines);
  const restIsQuote = (at: number, isSure: boolean): boolean => isQuoteToTheEnd(lines, ownFrom, at, isSure);
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '' || isMarked(line)) continue;
    if ((isAnswer && isHeaderBlock(lines, at)) || (isForwardOrReplyMark(lines, at, !isAnswer) && restIsQuote(at + 1, true))) return at;
    const length = isIntroduction(lines, at);
    if (length > 0 && restIsQuote(at + length, isSureIntroduction(lines, at, length))) return at;
  }
  return beginOfTail(lines);
}

/** After the introduction come marked lines with nothing but a signature behind them, or, when it is a sure one, unmarked ones to the end. */
function isQuoteToTheEnd(lines: readonly string[], ownFrom: (at: number) => number, from: number, isSure: boolean): boolean {
  const first = filled(lines, from);
  if (!isMarked(lines[first])) return isSure;
  const own = ownFrom(first + 1);
  return own >= lines.length || lines[own] === '--';
}

function beginOfTail(lines: readonly string[]): number {
  let at = lines.length;
  let marked = 0;
  while (at > 0 && (isMarked(lines[at - 1]) || lines[at - 1] === '')) {
    at -= 1;
    if (isMarked(lines[at])) marked += 1;
  }
  return marked >= 2 ? at : lines.length;
}

/** The signature right above the quote or the end (RFC 3676 §4.3, and what telephones add), else the quote itself. */
function beginOfSignature(lines: readonly string[], end: number): number {
  const dashes = lines.slice(0, end).findLastIndex((line) => line === '--' || line === '—');
  const below = lines.slice(dashes + 1, end).filter((line) => line !== '').length;
  let at = dashes > 0 && below <= MAX_SIGNATURE_LINES ? dashes : end;
  for (let i = at - 1; i >= 0; i -= 1) {
    const line = lines[i] ?? '';
    if (line !== '' && !isSignatureLine(line)) break;
    if (line !== '') at = i;
  }
  return at;
}
