import type { Log } from '../lib/log.ts';
import { workNow } from '../lib/log-context.ts';

/** One line of the log with everything left out that could name a person: what a support bundle carries. */
export type CleanLine = Readonly<Record<string, unknown>>;

export interface RecentLog {
  readonly log: Log;
  /** The last lines, the oldest first. */
  lines(): readonly CleanLine[];
}

const KEPT_LINES = 500;
/** Facts whose words are ours; of every other fact only numbers and yes or no are kept. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  'code',
  'kind',
  'state',
  'status',
  'part',
  'problem',
  'plugin',
  'channel',
  'level',
  'time',
  'event',
  'method',
  'route',
  'request',
  'job',
]);
const WORD = /^[\w:/.-]{1,80}$/;
/** A frame of our own code or a package: no value ever stands there. */
const FRAME = /\b(?:at )?((?:async )?[\w$.<>]* ?)\(?(?:file:\/\/)?\/[^\s()]*?((?:core|plugins|config|node_modules)\/[\w@./-]+:\d+:\d+)\)?/;

/** Passes every line on and remembers the last ones, cleaned. */
export function rememberLines(log: Log, now: () => Date = () => new Date(), size = KEPT_LINES): RecentLog {
  const kept: CleanLine[] = [];
  const keep =
    (level: 'info' | 'warn' | 'error') =>
    (event: string, facts: object = {}): void => {
      log[level](event, facts);
      kept.push(cleanLine({ ...workNow(), ...facts, level, time: now().toISOString(), event }));
      if (kept.length > size) kept.shift();
    };
  return { log: { info: keep('info'), warn: keep('warn'), error: keep('error') }, lines: () => [...kept] };
}

/** What of a line of the log may leave the house: numbers, yes or no, names that we gave, and where in the code an error arose. */
export function cleanLine(line: Readonly<Record<string, unknown>>): CleanLine {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(line)) {
    if (!/^\w{1,40}$/.test(name)) continue;
    if (typeof value === 'number' || typeof value === 'boolean') clean[name] = value;
    else if (typeof value !== 'string') continue;
    else if (name === 'stack') clean['at'] = framesOf(value);
    else if (OUR_WORDS.has(name) && WORD.test(value)) clean[name] = value;
  }
  return clean;
}

const framesOf = (stack: string): readonly string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .flatMap((line) => FRAME.exec(line)?.[2] ?? [])
    .slice(0, 12);

/** Lines of a log as Docker or the journal prints it, cleaned in the same way; what they put before a line, and what is no JSON, is left out. */
export function cleanLog(text: string, size = KEPT_LINES): readonly CleanLine[] {
  return text
    .split('\n')
    .slice(-size)
    .flatMap((line) => {
      try {
        const parsed: unknown = JSON.parse(line.slice(Math.max(0, line.indexOf('{'))));
        return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? [cleanLine({ ...parsed })] : [];
      } catch {
        return [];
      }
    });
}
