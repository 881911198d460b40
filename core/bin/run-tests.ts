import { rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { startPostgres } from '../../test/support/postgres.ts';
import { reaches, sourceFiles } from '../../test/support/source-tree.ts';
import { checks, runCheck } from './checks.ts';
import { installPeers, TEST_PEERS } from './debian-packages.ts';
import { memoryFolder } from './memory-folder.ts';
import { runAva, slowest } from './run-ava.ts';
import type { Tally } from './tap.ts';
import { writeGroups } from './test-groups.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** The longest test takes two minutes on two quick processors, six on slow ones. */
const SILENCE_LIMIT_MS = 12 * 60_000;
const RUN_LIMIT_MS = 40 * 60_000;

/** `npm test`: checks, then every test on SQLite, then those that touch a database on PostgreSQL. The last line sums everything up. */
async function main(patterns: readonly string[]): Promise<number> {
  const started = Date.now();
  const tallies: Tally[] = [];
  const folder = memoryFolder();
  if (folder !== null) {
    process.env['TMPDIR'] = folder;
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  const problems = installPeers(TEST_PEERS);
  for (const problem of problems) console.log(problem);
  for (const check of checks) tallies.push(runCheck(check) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  tallies.push(await onSqlite(patterns));
  tallies.push(await onPostgres(patterns));
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`took ${Math.round((Date.now() - started) / 1000)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function onSqlite(patterns: readonly string[]): Promise<Tally> {
  return ava('SQLite', patterns.length > 0 ? patterns : allTests(), {});
}

async function onPostgres(patterns: readonly string[]): Promise<Tally> {
  const files = patterns.length > 0 ? patterns : testsOfBothEngines();
  try {
    const postgres = await startPostgres();
    try {
      return await ava('PostgreSQL', files, { TEST_DATABASE_URL: postgres.url });
    } finally {
      await postgres.stop();
    }
  } catch (error) {
    console.log(`FAILED tests on PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

const isTest = (path: string): boolean => path.endsWith('.test.ts') && /^(test|plugins\/[^/]+\/test)\//.test(path);

const allTests = (): readonly string[] => [...sourceFiles(ROOT, ['plugins', 'test']).keys()].filter(isTest);

/** Test files that use a database; a journey in the browser, or one that takes minutes, runs on SQLite only. */
function testsOfBothEngines(): readonly string[] {
  const files = sourceFiles(ROOT, ['core', 'plugins', 'test', 'config', 'migrations']);
  const tests = [...files.keys()].filter((path) => isTest(path) && !/\/(browser|slow)\//.test(path));
  return tests.filter((path) => reaches(files, path, 'test/support/db.ts'));
}

/** One run of ava on one engine. */
async function ava(engine: string, files: readonly string[], env: Record<string, string>): Promise<Tally> {
  const started = Date.now();
  console.log(`tests on ${engine} …`);
  const groups = writeGroups(ROOT, files.map(fromRoot));
  try {
    const limits = { silenceLimitMs: SILENCE_LIMIT_MS, runLimitMs: RUN_LIMIT_MS };
    const result = await runAva({
      root: ROOT,
      patterns: groups.patterns,
      env,
      ...limits,
      say,
    });
    for (const line of slowest(result.runs, ROOT, 10)) console.log(line);
    console.log(`tests on ${engine}: ${result.passed} passed, ${result.failed} failed in ${Math.round((Date.now() - started) / 1000)} s`);
    return result;
  } finally {
    groups.remove();
  }
}

const say = (line: string): void => console.log(line);
const fromRoot = (path: string): string => relative(ROOT, resolve(ROOT, path));

process.exit(await main(process.argv.slice(2)));
