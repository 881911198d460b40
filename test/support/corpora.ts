import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const CORPORA = resolve(import.meta.dirname, '../../../shared/corpora');

/** Path of one corpus; fails in a sentence when the corpora were not put beside the project, so that nothing is skipped unseen. */
export function corpus(name: string): string {
  const path = join(CORPORA, name);
  if (!existsSync(path)) throw new Error(`The test corpus ${name} is missing: put the corpora into ${CORPORA}.`);
  return path;
}

/** Every file of a corpus that matches the pattern, sorted; at least one. */
export async function corpusFiles(name: string, pattern: string): Promise<readonly string[]> {
  const folder = corpus(name);
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: folder })) files.push(join(folder, file));
  if (files.length === 0) throw new Error(`No file of the corpus ${name} matches ${pattern}.`);
  return files.sort();
}

/** The XSS vectors of both lists, each a text. */
export function xssVectors(): readonly string[] {
  const payloads: readonly { payload: string }[] = JSON.parse(readFileSync(join(corpus('xss-dompurify'), 'payloads.json'), 'utf8'));
  const lines = readFileSync(join(corpus('xss-list'), 'xss-payload-list.txt'), 'utf8').split('\n');
  return [...payloads.map(({ payload }) => payload), ...lines.filter((line) => line.trim() !== '')];
}
