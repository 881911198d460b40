import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { installPeers, TEST_PEERS } from '../../core/bin/debian-packages.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** `npm run faults [NAME …]`: each fault at its whole size, one after the other, then what was measured as a table. */
function main(names: readonly string[]): number {
  for (const problem of installPeers(TEST_PEERS)) console.log(problem);
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts'));
  const known = new Map(files.sort().map((path) => [path.replace(/^.*\//, '').replace('.test.ts', ''), join(import.meta.dirname, path)]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    console.error(`There is no fault "${unknown.join('", "')}"; there are ${[...known.keys()].join(', ')}.`);
    return 64;
  }
  const folder = mkdtempSync(join(tmpdir(), 'centrala-faults-'));
  const figures = join(folder, 'figures');
  const wanted = [...known].filter(([name]) => names.length === 0 || names.includes(name)).map(([, path]) => relative(ROOT, path));
  const ava = join(ROOT, 'node_modules/.bin/ava');
  const env = { ...process.env, NODE_ENV: 'test', FAULTS: 'whole', FAULTS_FIGURES: figures };
  const { status } = spawnSync(process.execPath, [ava, '--serial', '--timeout=60m', ...wanted], { cwd: ROOT, stdio: 'inherit', env });
  if (existsSync(figures)) console.log(table(readFileSync(figures, 'utf8')));
  rmSync(folder, { recursive: true });
  return status ?? 1;
}

function table(lines: string): string {
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { fault: string; facts: Record<string, string | number> });
  const facts = (row: (typeof rows)[number]): string =>
    Object.entries(row.facts)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; ');
  return ['| fault | figures |', '| --- | --- |', ...rows.map((row) => `| ${row.fault} | ${facts(row)} |`)].join('\n');
}

process.exit(main(process.argv.slice(2)));
