import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { firstUnusable, givingCommand } from '../../lib/unusable.ts';
import { fileAdvice } from './file-advice.ts';
import { broken, type Finding, reasonOf, text, utcSecond, well, worthKnowing } from './finding.ts';

const NEEDED_NODE = 26;
const STOPS_BYTES = 200 * 1024 * 1024;
const TIGHT_BYTES = 2 * 1024 * 1024 * 1024;
const MAX_DRIFT_MS = 120_000;

export interface Machine {
  /** Variables named CENTRALA_* that mean nothing to us. */
  readonly unknown: readonly string[];
  readonly publicUrl: string;
  /** `securePort`: null where somebody else speaks TLS. */
  readonly http: { readonly host: string; readonly port: number; readonly trustProxy: boolean; readonly securePort: number | null };
  readonly dataDir: string;
}

/** Environment, Node, data folder, free space, clock of the file system. */
export async function machineFindings(machine: Machine): Promise<readonly Finding[]> {
  return [configuration(machine), publicAddress(machine), nodeVersion(), ...(await dataFolder(machine.dataDir))];
}

function configuration({ unknown }: Machine): Finding {
  const what = text('health.configuration.what');
  if (unknown.length === 0) return well(what, text('health.configuration.ok'));
  const names = unknown.join(', ');
  return worthKnowing(what, text('health.configuration.unknown', { names }), text('health.configuration.unknownAdvice'));
}

function publicAddress({ publicUrl, http }: Machine): Finding {
  const what = text('health.address.what');
  const { protocol, hostname } = new URL(publicUrl);
  if (isLocal(hostname)) return worthKnowing(what, text('health.address.local', { url: publicUrl }), text('health.address.localAdvice'));
  // Without its word on where they come from, all that limits one network limits everybody.
  const isHidden = http.securePort === null && !http.trustProxy;
  if (protocol === 'https:' && isHidden)
    return worthKnowing(what, text('health.address.hidden', { url: publicUrl }), text('health.address.hiddenAdvice'));
  if (protocol === 'https:') return well(what, publicUrl);
  const advice = text('health.address.plainAdvice', { place: `${http.host}:${http.port}` });
  return worthKnowing(what, text('health.address.plain', { url: publicUrl }), advice);
}

/** A name that means this machine wherever it is used. */
export const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';

function nodeVersion(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_NODE) return well('Node', process.version);
  return broken('Node', text('health.node.old', { version: process.version }), text('health.node.oldAdvice', { needed: NEEDED_NODE }));
}

async function dataFolder(dir: string): Promise<readonly Finding[]> {
  const what = text('health.folder.what');
  const there = await stat(dir).catch(() => null);
  if (there === null) return [await whereToMake(dir)];
  if (!there.isDirectory()) return [broken(what, text('health.folder.noFolder', { dir }), text('health.folder.otherAdvice'))];
  const probe = join(dir, `.doctor-${process.pid}-${performance.now()}`);
  try {
    await writeFile(probe, '', { flag: 'wx', mode: 0o600 });
    const { mtimeMs } = await stat(probe);
    const path = await firstUnusable(dir);
    const command = givingCommand(dir);
    const folder =
      path === null
        ? well(what, text('health.folder.ok', { dir }))
        : broken(what, text('health.folder.foreign', { path }), text('health.folder.rightsAdvice', { command }));
    return [folder, await space(dir), clock(mtimeMs)];
  } catch (error) {
    return [
      broken(
        what,
        text('health.folder.noRights', { dir, reason: reasonOf(error) }),
        fileAdvice(error, dir, text('health.folder.diskAdvice')),
      ),
    ];
  } finally {
    // A folder that may not even be entered has said so already.
    await rm(probe, { force: true }).catch(() => {});
  }
}

async function whereToMake(dir: string): Promise<Finding> {
  const what = text('health.folder.what');
  let parent = dirname(dir);
  while ((await stat(parent).catch(() => null)) === null && parent !== dirname(parent)) parent = dirname(parent);
  const isWritable = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (isWritable) return worthKnowing(what, text('health.folder.notYet', { dir }));
  return broken(what, text('health.folder.cannotMake', { dir, parent }), text('health.folder.makeAdvice'));
}

async function space(dir: string): Promise<Finding> {
  const what = text('health.space.what');
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const seen = text('health.space.free', { n: Math.round((free / 1024 ** 3) * 10) / 10 });
  if (free < STOPS_BYTES) return broken(what, seen, text('health.space.fullAdvice'));
  return free < TIGHT_BYTES ? worthKnowing(what, seen, text('health.space.tightAdvice')) : well(what, seen);
}

function clock(fileMs: number): Finding {
  const what = text('health.clock.what');
  const now = utcSecond(new Date());
  if (Math.abs(fileMs - Date.now()) < MAX_DRIFT_MS && Date.now() > Date.UTC(2026, 0, 1)) return well(what, now);
  return broken(what, text('health.clock.differs', { now, disk: utcSecond(new Date(fileMs)) }), text('health.clock.advice'));
}
