import { dirname, resolve } from 'node:path';
import { titlesOf } from '../../test/support/house-rules.ts';
import { sourceFiles } from '../../test/support/source-tree.ts';

/** `npm run spec`: the titles of all tests, grouped by folder: the specification as one text. */
const tests = sourceFiles(resolve(import.meta.dirname, '../..'), ['test', 'plugins'], /\.test\.ts$/);
const groups = new Map<string, string[]>();
for (const [path, source] of [...tests].sort(([a], [b]) => a.localeCompare(b))) {
  const folder =
    dirname(path)
      .replace(/^test\/?/, '')
      .replace(/\/test$/, '') || 'the project';
  groups.set(folder, [...(groups.get(folder) ?? []), ...titlesOf(source)]);
}
for (const [folder, titles] of groups) console.log(`\n${folder}\n${titles.map((title) => `  - ${title}`).join('\n')}`);
