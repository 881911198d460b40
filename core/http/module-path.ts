import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The file of an installed package, whatever its `exports` say: "htmx.org/dist/htmx.min.js". Throws when the package is missing. */
export function modulePath(path: string): string {
  const parts = path.split('/');
  const name = parts.slice(0, path.startsWith('@') ? 2 : 1).join('/');
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const folder = folders.find((candidate) => existsSync(join(candidate, name, 'package.json')));
  if (folder === undefined) throw new Error(`package ${name} is not installed`);
  return join(folder, path);
}
