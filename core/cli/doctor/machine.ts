import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../../config/config.ts';
import { broken, type Finding, reasonOf, well, worthKnowing } from './finding.ts';

const NEEDED_NODE = 26;
const STOPS_BYTES = 200 * 1024 * 1024;
const TIGHT_BYTES = 2 * 1024 * 1024 * 1024;
const MAX_DRIFT_MS = 120_000;

/** Environment, Node, data folder, free space, clock of the file system. */
export async function machineFindings(config: Config): Promise<readonly Finding[]> {
  return [configuration(config), publicAddress(config), nodeVersion(), ...(await dataFolder(config.dataDir))];
}

function configuration({ unknown }: Config): Finding {
  if (unknown.length === 0) return well('configuration', 'every variable is understood');
  return worthKnowing('configuration', `${unknown.join(', ')} mean nothing here`, 'Compare the spelling with config/example.env.');
}

function publicAddress({ publicUrl, http }: Config): Finding {
  const { protocol, hostname } = new URL(publicUrl);
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
  if (isLocal)
    return worthKnowing('public address', `${publicUrl} reaches only this machine`, 'Set CENTRALA_PUBLIC_URL to what your agents type.');
  if (protocol === 'https:') return well('public address', publicUrl);
  const advice = `Put a proxy with TLS in front of ${http.host}:${http.port} and set CENTRALA_PUBLIC_URL to https://….`;
  return worthKnowing('public address', `${publicUrl} is not encrypted`, advice);
}

function nodeVersion(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_NODE) return well('Node', process.version);
  return broken('Node', `${process.version} is too old`, `Use Node ${NEEDED_NODE}, or start with "npx centrala".`);
}

async function dataFolder(dir: string): Promise<readonly Finding[]> {
  const there = await stat(dir).catch(() => null);
  if (there === null) return [await whereToMake(dir)];
  if (!there.isDirectory()) return [broken('data folder', `${dir} is not a folder`, 'Choose another CENTRALA_DATA_DIR.')];
  const probe = join(dir, `.doctor-${process.pid}`);
  try {
    await writeFile(probe, '', { flag: 'wx', mode: 0o600 });
    const { mtimeMs } = await stat(probe);
    return [well('data folder', `${dir} can be written`), await space(dir), clock(mtimeMs)];
  } catch (error) {
    return [
      broken('data folder', `${dir} cannot be written (${reasonOf(error)})`, `Give this user the folder: chown -R ${userId()} ${dir}`),
    ];
  } finally {
    await rm(probe, { force: true });
  }
}

const userId = (): string => String(process.getuid?.() ?? 'USER');

async function whereToMake(dir: string): Promise<Finding> {
  let parent = dirname(dir);
  while ((await stat(parent).catch(() => null)) === null && parent !== dirname(parent)) parent = dirname(parent);
  const isWritable = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (isWritable) return worthKnowing('data folder', `${dir} does not exist yet; the first start makes it`);
  return broken('data folder', `${dir} cannot be made in ${parent}`, 'Make it for this user or choose another CENTRALA_DATA_DIR.');
}

async function space(dir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const seen = `${(free / 1024 ** 3).toFixed(1)} GB free`;
  if (free < STOPS_BYTES) return broken('disk space', seen, 'Mail is refused (451) until there is room. Free some now.');
  return free < TIGHT_BYTES ? worthKnowing('disk space', seen, 'Plan for more room.') : well('disk space', seen);
}

function clock(fileMs: number): Finding {
  const driftMs = Math.abs(fileMs - Date.now());
  const seen = `${new Date().toISOString()} (UTC)`;
  if (driftMs < MAX_DRIFT_MS && Date.now() > Date.UTC(2026, 0, 1)) return well('clock', seen);
  return broken(
    'clock',
    `${seen}, but the data folder's disk says ${new Date(fileMs).toISOString()}`,
    'Switch time synchronisation (NTP) on.',
  );
}
