import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installPeers, TEST_PEERS } from '../../core/bin/debian-packages.ts';
import { table } from '../bench/measure.ts';
import { startPostgres } from '../support/postgres.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Each fault and the test that makes it; the longest last. */
const FAULTS = new Map([
  ['database', 'test/faults/slow/database.test.ts'],
  ['clock', 'test/faults/slow/clock.test.ts'],
  ['hostile', 'test/faults/slow/hostile.test.ts'],
  ['disk', 'test/spool/full-disk.test.ts'],
  ['kill', 'test/faults/kill.test.ts'],
  ['roles', 'test/faults/roles.test.ts'],
  ['mailbox', 'test/faults/slow/mailbox.test.ts'],
  ['outbox', 'test/faults/slow/outbox.test.ts'],
  ['relay', 'test/faults/slow/relay.test.ts'],
  ['fuzz', 'plugins/email/test/smtp-fuzz.test.ts'],
  ['acts', 'test/faults/slow/acts.test.ts'],
  ['soak', 'test/faults/slow/soak.test.ts'],
]);
/** Has a fault for each of the two databases, so there is nothing to choose. */
const BOTH_DATABASES = 'database';

interface Row {
  readonly fault: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** `npm run faults [postgres] [NAME …]`: each fault at its whole size, one after the other, then what was measured as a table. */
async function main(words: readonly string[]): Promise<number> {
  const onPostgres = words.includes('postgres');
  const names = words.filter((word) => word !== 'postgres');
  const unknown = names.filter((name) => !FAULTS.has(name));
  if (unknown.length > 0) {
    console.error(`There is no fault "${unknown.join('", "')}"; there are ${[...FAULTS.keys()].join(', ')}.`);
    return 64;
  }
  for (const problem of installPeers(TEST_PEERS)) console.log(problem);
  const wanted = [...FAULTS].filter(([name]) => (names.length === 0 ? !(onPostgres && name === BOTH_DATABASES) : names.includes(name)));
  const postgres = onPostgres ? await startPostgres({ durable: true }) : null;
  const folder = mkdtempSync(join(tmpdir(), 'centrala-faults-'));
  const rows: string[][] = [];
  let failed = 0;
  try {
    for (const [name, file] of wanted) {
      const command = `npm run faults -- ${onPostgres ? 'postgres ' : ''}${name}`;
      const [load, started] = [loadavg()[0] ?? 0, Date.now()];
      const { passed, found } = run(file, join(folder, name), postgres ? { TEST_DATABASE_URL: postgres.url } : {});
      const minutes = ((Date.now() - started) / 60_000).toFixed(1);
      if (!passed) failed += 1;
      const told = found.map(({ fault, facts }) => [fault, factsOf(facts)]);
      if (!passed) told.push([name, 'FAILED']);
      for (const [fault = '', figures = ''] of told) {
        rows.push([fault, figures, `\`${command}\``, minutes, load.toFixed(1)]);
        console.log(`${fault}: ${figures} (${minutes} min)`);
      }
    }
  } finally {
    await postgres?.stop();
    rmSync(folder, { recursive: true });
  }
  const engine = onPostgres ? 'PostgreSQL' : 'SQLite unless it says otherwise';
  console.log(`\n${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} processors, ${engine}\n`);
  console.log(table(['fault', 'figures', 'command', 'minutes', 'load of the machine before'], rows));
  return failed === 0 ? 0 : 1;
}

function run(file: string, figures: string, more: Readonly<Record<string, string>>): { passed: boolean; found: readonly Row[] } {
  const env = { ...process.env, NODE_ENV: 'test', FAULTS: 'whole', FAULTS_FIGURES: figures, ...more };
  const ava = join(ROOT, 'node_modules/.bin/ava');
  const { status } = spawnSync(process.execPath, [ava, '--serial', '--timeout=4h', file], { cwd: ROOT, stdio: 'inherit', env });
  const lines = existsSync(figures) ? readFileSync(figures, 'utf8').trim().split('\n') : [];
  return { passed: status === 0, found: lines.map((line) => JSON.parse(line)) };
}

const factsOf = (facts: Row['facts']): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');

process.exit(await main(process.argv.slice(2)));
