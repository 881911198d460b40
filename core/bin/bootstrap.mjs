// Runs on whatever Node (18 or newer) the machine has, before anything is installed: plain JavaScript, no packages.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');
const MODULES = join(ROOT, 'node_modules');
const MARKER = join(MODULES, '.centrala-installed');
const NEEDED_MAJOR = 26;

/** EX_TEMPFAIL of sysexits.h: trying again later may work. */
const CANNOT_INSTALL = 75;

/** Installs the packages of package-lock.json unless exactly those are there already. Says so before; ends the process when it cannot. */
export function ensureModules() {
  const lock = join(ROOT, 'package-lock.json');
  if (!existsSync(lock) || isLink(MODULES)) return;
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === wanted) return;
  if (!holds(lock)) install();
  writeFileSync(MARKER, wanted);
}

/**
 * What keeps the product small (docs/performance.md, memory): compiled code from a cache instead of the TypeScript parser, few malloc
 * arenas, a small young generation. A value of the environment wins.
 */
export const LEAN = {
  MALLOC_ARENA_MAX: '2',
  // Buffers of 32 KB and more go back to the system when they are freed (docs/decisions/0592-buffers-are-the-systems.md).
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_COMPILE_CACHE: join(MODULES, '.cache/node'),
};
/** What makes every process of ours start sooner, those of the tests too. */
export const RESOLVER = `--import=${new URL('resolver.mjs', import.meta.url).href}`;
export const LEAN_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=768', '--expose-gc', RESOLVER];

/** Runs a program of ours under Node 26 in place of this one: same terminal, signals and exit code. */
export function runNode(script, args, flags = LEAN_FLAGS) {
  const child = spawn(nodeBinary(), [...flags, join(ROOT, script), ...args], { stdio: 'inherit', env: { ...LEAN, ...process.env } });
  // A terminal sends its SIGINT to the whole group, so only what comes to this process alone is passed on.
  for (const signal of ['SIGTERM', 'SIGHUP', ...(process.stdin.isTTY ? [] : ['SIGINT'])]) process.on(signal, () => child.kill(signal));
  if (process.stdin.isTTY) process.on('SIGINT', () => {});
  child.on('error', (error) => {
    console.error(`centrala: Node ${NEEDED_MAJOR} did not start (${error.message}).`);
    process.exit(70);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Backups need restic: root on Debian gets it at the first start, which is tried once; anybody else is told by the page of backups. */
export function ensureRestic() {
  const has = (program) => (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
  const tried = join(MODULES, '.centrala-restic');
  if (has('restic') || process.getuid?.() !== 0 || !has('apt-get') || !existsSync(MODULES) || existsSync(tried)) return;
  writeFileSync(tried, '');
  console.error('centrala: installing the Debian package restic, which keeps the backups (once) …');
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends restic >/dev/null 2>&1';
  spawnSync('sh', ['-c', `${install} || { apt-get update -qq >/dev/null 2>&1; ${install}; }`], { stdio: 'ignore', timeout: 120_000 });
}

/** This Node when it is new enough (as in the image), else the one that came from the npm package `node`. */
function nodeBinary() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
  const own = join(MODULES, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  console.error(
    `centrala: needs Node ${NEEDED_MAJOR}; this is ${process.version} and node_modules has no newer one. Run "npm ci --include=dev" and look at what it says about the package "node".`,
  );
  process.exit(CANNOT_INSTALL);
}

function install() {
  console.error('centrala: installing the packages of package-lock.json (once; about 400 MB, a minute or two) …');
  // The lock file is the authority; the build tools and Node itself are among the development packages.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (done.status === 0) return;
  console.error(
    'centrala: the packages could not be installed. See what npm says above; the network and free disk space are the usual causes.',
  );
  process.exit(CANNOT_INSTALL);
}

/** True when npm's own record of node_modules has every package of the lock file in its version; packages for other machines may be absent. */
function holds(lock) {
  try {
    const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(MODULES, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || entry.devOptional || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/** A linked node_modules belongs to another checkout, which keeps it up to date. */
function isLink(path) {
  return existsSync(path) && lstatSync(path).isSymbolicLink();
}
