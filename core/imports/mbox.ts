import { createReadStream } from 'node:fs';
import { type Noted, notedIn } from './noted.ts';
import { BEGINNING, type Found, type Place } from './types.ts';

const NEWLINE = 0x0a;
/** "From anna@firma.pl Thu Nov 26 10:00:00 2026" (RFC 4155): a letter may begin a line with "From" too, but hardly with a time and a year. */
const SEPARATOR = /^From \S+ .*\d{1,2}:\d{2}.*\b\d{4}\s*$/;
/** Thunderbird writes "From " and nothing more; older ones a dash and when they fetched the message. */
const OF_THUNDERBIRD = /^From (?:- .*)?\r?\n$/;
const MAX_SEPARATOR_BYTES = 300;
/** One `>` was put before lines that look like a separator (mboxrd). */
const QUOTED = /^>+From /;

/**
 * The messages of an mbox file (RFC 4155), in its order, with one in memory at a time. One that grows beyond `maxBytes` comes without its
 * body, so that the rest is read all the same. Each says where to go on after it.
 */
export async function* readMbox(path: string, noted: Noted, maxBytes: number, from: Place = BEGINNING): AsyncGenerator<Found> {
  let { number, at: place } = from;
  let isInside = false;
  let isOfThunderbird = false;
  let arrivedAt: Date | null = null;
  let lines: Buffer[] = [];
  let bytes = 0;
  const finished = (): Found => {
    // The empty line before the next separator belongs to the file, not to the message.
    if (lines.length > 1 && isEmpty(lines.at(-1))) lines.pop();
    const isTooLarge = bytes > maxBytes;
    const whole = Buffer.concat(lines);
    const body = isTooLarge ? Buffer.alloc(0) : whole;
    const message = { name: `${path}#${number}`, body, arrivedAt, isSent: false, next: { at: place, number } };
    return { ...message, ...(isTooLarge ? { leftOut: 'too large' as const } : {}), ...notedIn(whole, isOfThunderbird), ...noted };
  };
  let wasEmpty = true;
  for await (const line of linesOf(path, place)) {
    const text = line.length <= MAX_SEPARATOR_BYTES ? line.toString('latin1') : '';
    if (wasEmpty && (SEPARATOR.test(text) || OF_THUNDERBIRD.test(text))) {
      if (isInside) yield finished();
      isInside = true;
      number += 1;
      isOfThunderbird = OF_THUNDERBIRD.test(text);
      arrivedAt = isOfThunderbird ? null : dateOf(text);
      lines = [];
      bytes = 0;
    } else if (isInside) {
      bytes += line.length;
      if (bytes <= maxBytes) lines.push(QUOTED.test(text) ? line.subarray(1) : line);
    }
    wasEmpty = isEmpty(line);
    place += line.length;
  }
  if (isInside) yield finished();
}

const isEmpty = (line: Buffer | undefined): boolean => line !== undefined && /^\r?\n?$/.test(line.subarray(0, 3).toString('latin1'));

/** What follows the address, in UTC where it names no zone; null when it is no date. */
function dateOf(separator: string): Date | null {
  const text = separator.trim().replace(/^From \S+ /, '');
  const at = new Date(/[+-]\d{4}|\b[A-Z]{2,4}\b(?= \d{4}$)/.test(text) ? text : `${text} UTC`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Each with its line end; a line without one is given in pieces of a chunk, so that no line fills the memory. */
async function* linesOf(path: string, start: number): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { start, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, at)) {
      yield data.subarray(at, end + 1);
      at = end + 1;
    }
    rest = Buffer.from(data.subarray(at));
    if (rest.length > 1024 * 1024) {
      yield rest;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield rest;
}
