import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { blanked } from './source-text.ts';

/** Sources by their path from the project's root, as the rules of test/architecture.test.ts read them; a test may hand in made-up ones. */
export type SourceTree = ReadonlyMap<string, string>;

export interface Import {
  /** As written: "./x.ts", "node:fs", "koa". */
  readonly specifier: string;
  /** Path from the root for a relative import, else null. */
  readonly path: string | null;
  /** `import type` or `export type`: gone at run time. */
  readonly typeOnly: boolean;
}

/** Every file below the given folders of `root`, as text; folders that are missing count as empty. */
export function sourceFiles(root: string, folders: readonly string[], extension = /\.ts$/): SourceTree {
  const tree = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== 'node_modules') walk(path);
      else if (extension.test(entry.name)) tree.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  const present = new Set(readdirSync(root));
  for (const folder of folders) if (present.has(folder)) walk(folder);
  return tree;
}

/** What a file imports: static, dynamic, type-only, side-effect, re-exported, and the modules that it starts as workers by URL. */
export function importsOf(path: string, source: string): readonly Import[] {
  const code = blanked(source, ['comment']);
  const found: Import[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean): void => {
    if (specifier === undefined) return;
    found.push({ specifier, path: specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : null, typeOnly });
  };
  for (const m of code.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\sfrom\s*)?['"]([^'"\n]+)['"]/gm))
    add(m[2], m[1] !== undefined);
  for (const m of code.matchAll(/\bimport\s*\(\s*['"`]([^'"`$]+)['"`]\s*\)/g)) add(m[1], false);
  for (const m of code.matchAll(/\bnew\s+URL\(\s*['"]([^'"]+\.[mc]?[jt]s)['"]\s*,\s*import\.meta\.url/g)) add(m[1], false);
  for (const m of code.matchAll(/\brequire(?:\.resolve)?\(\s*['"]([^'"]+)['"]\s*\)/g)) add(m[1], false);
  return found;
}

/** True when `from` imports `target`, directly or through others. */
export function reaches(tree: SourceTree, from: string, target: string, seen = new Set<string>()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const source = tree.get(from);
  if (source === undefined) return false;
  return importsOf(from, source).some(({ path }) => path !== null && reaches(tree, path, target, seen));
}
