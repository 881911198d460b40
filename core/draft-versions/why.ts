import type { VersionReason } from './types.ts';

/** Fewer characters than this are no loss when all of it goes. */
const FEW = 10;
/** So many characters that are gone or written anew are much; of a short text half of it is. */
const MUCH = 40;
/** So many characters are worth a first version. */
const LONG = 500;
/** A pause of its author, or so long since the last version, in milliseconds. */
const WHILE_MS = 5 * 60_000;

interface Written {
  readonly text: string;
  readonly at: Date;
}

/** Why the text before a change is kept; null = it is not: nothing of it is lost, or the newest version holds it. */
export function whyKeep(before: Written, after: string, newest: Written | null, now: Date): VersionReason | null {
  const [was, is] = [before.text.trim(), after.trim()];
  if (was === '' || was === is || newest?.text.includes(was)) return null;
  if (is === '') return was.length >= FEW ? 'cleared' : null;
  if (lost(was, is) >= Math.min(MUCH, Math.max(FEW, was.length / 2))) return 'changed';
  const since = (then: Date): number => now.getTime() - then.getTime();
  if (since(before.at) >= WHILE_MS) return 'edited';
  return (newest ? since(newest.at) >= WHILE_MS : was.length >= LONG) ? 'edited' : null;
}

/** How many characters between what both begin with and what both end with were there before. */
function lost(was: string, is: string): number {
  const most = Math.min(was.length, is.length);
  let start = 0;
  while (start < most && was[start] === is[start]) start += 1;
  let end = 0;
  while (end < most - start && was.at(-1 - end) === is.at(-1 - end)) end += 1;
  return is.includes(was) ? 0 : was.length - start - end;
}
