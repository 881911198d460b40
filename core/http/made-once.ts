import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';

const KEPT_MS = 7 * 24 * 60 * 60_000;

/** What is made at a start from files of the product and takes long: kept as a file for each state of what it is made of. */
export interface MadeOnce<T> {
  /** Begins the file's name, `kind-<state>.<extension>`. */
  readonly kind: string;
  readonly extension: string;
  /** All that the result depends on, in order. */
  readonly madeOf: readonly string[];
  readonly make: () => string;
  /** Reads such a file; throws when it is not there or damaged. */
  readonly load: (file: string) => T;
}

/** The kept one, else a new one; null when nothing can be kept here, so that it is made at each start, which only takes longer. */
export function madeOnce<T>({ kind, extension, madeOf, make, load }: MadeOnce<T>, folder: string | null = cacheFolder()): T | null {
  if (folder === null) return null;
  const file = join(folder, `${kind}-${stateOf(madeOf)}.${extension}`);
  try {
    return load(file);
  } catch {
    // It is not there yet, or damaged.
  }
  const text = make();
  try {
    const fresh = `${file}.${process.pid}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(fresh, text);
    renameSync(fresh, file);
    forgetOld(folder, kind);
    return load(file);
  } catch {
    return null;
  }
}

function stateOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  // The length stands between two, so that they cannot be taken for others.
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex').slice(0, 16);
}

/** Beside Node's own compile cache, where there is one. */
function cacheFolder(): string | null {
  const node = getCompileCacheDir();
  return node === undefined ? null : dirname(node);
}

/** Those of earlier versions; one that somebody still uses is made again. */
function forgetOld(folder: string, kind: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const { mtimeMs = Date.now() } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (name.startsWith(`${kind}-`) && mtimeMs < Date.now() - KEPT_MS) rmSync(path, { force: true });
  }
}
