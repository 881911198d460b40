import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Reading the product's modules costs a process as much as several tests. */
const FILES_OF_A_GROUP = 16;
/** These take longer, and the last group should not be waited for. */
const BROWSER_FILES_OF_A_GROUP = 8;

const isJourney = (file: string): boolean => /\/browser\//.test(file);

/** A folder of generated test files, each of which runs some of ours in one process; `remove` when the run is over. */
export interface TestGroups {
  /** From the root, as ava wants its patterns. */
  readonly patterns: readonly string[];
  readonly remove: () => void;
}

/** What a test file says that awaits before it declares its tests, or changes its process. */
const OWN_PROCESS = /^\/\/ In a process of its own: /m;

/**
 * Test files that follow each other by name share a process; those of a folder `slow` and those that say so have one of their own, and begin
 * first, so that none is waited for at the end.
 */
export function groupTests(files: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  const isAlone = (file: string): boolean => /\/slow\//.test(file) || OWN_PROCESS.test(files.get(file) ?? '');
  const { alone = [], together = [] } = Object.groupBy([...files.keys()].sort(), (file) => (isAlone(file) ? 'alone' : 'together'));
  const { browser = [], rest = [] } = Object.groupBy(together, (file) => (isJourney(file) ? 'browser' : 'rest'));
  return [...alone.map((file) => [file]), ...chunks(browser, BROWSER_FILES_OF_A_GROUP), ...chunks(rest, FILES_OF_A_GROUP)];
}

export function writeGroups(root: string, files: readonly string[]): TestGroups {
  const folder = join(root, `.test-groups-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const patterns = groupTests(sources).map((group, index) => {
    const [only, ...more] = group;
    if (only !== undefined && more.length === 0) return only;
    const path = join(folder, `${String(index + 1).padStart(2, '0')}.test.ts`);
    const first = group.every(isJourney) ? ['test/support/turns.ts', 'test/support/one-browser.ts'] : ['test/support/turns.ts'];
    writeFileSync(path, [...first, ...group].map((file) => `import '../${file}';\n`).join(''));
    return relative(root, path);
  });
  return { patterns, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Of nearly the same length, none longer than a group may be. */
function chunks(files: readonly string[], most: number): readonly (readonly string[])[] {
  const count = Math.ceil(files.length / most);
  return Array.from({ length: count }, (_, n) => files.slice((n * files.length) / count, ((n + 1) * files.length) / count));
}
