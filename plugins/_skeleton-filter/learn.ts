import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilterInput, LearnResult } from '../../core/plugins/contract.ts';
import { readBytes } from './read-bytes.ts';

type Lesson = 'spam' | 'ham';

/** Remembers what somebody said about exactly this thing; the opposite takes its place. */
export async function learn(folder: string, input: FilterInput, as: Lesson, signal: AbortSignal): Promise<LearnResult> {
  try {
    const bytes = await readBytes(input, signal);
    if (bytes === null) return { state: 'skipped', reason: 'too_large' };
    if ((await learnedAs(folder, bytes)) === as) return { state: 'unchanged' };
    // Written beside its place and then renamed, so that nobody reads half a word.
    const path = placeOf(folder, bytes);
    await writeFile(`${path}.part`, as, { flush: true });
    await rename(`${path}.part`, path);
    return { state: 'learned' };
  } catch (error) {
    return { state: 'unavailable', reason: 'folder_unreadable', detail: String(error) };
  }
}

/** What was learned of these bytes; null = nothing. */
export async function learnedAs(folder: string, bytes: Buffer): Promise<Lesson | null> {
  const text = await readFile(placeOf(folder, bytes), 'utf8').catch(() => '');
  return text === 'spam' || text === 'ham' ? text : null;
}

const placeOf = (folder: string, bytes: Buffer): string => join(folder, 'learned', createHash('sha256').update(bytes).digest('hex'));
