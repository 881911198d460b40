import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from './image.ts';

/** What `docker run` would be told: --read-only --tmpfs /tmp --user 1000 --cap-drop ALL --security-opt no-new-privileges --memory 512m. */
export interface Wishes {
  readonly image: Image;
  /** Folders of this machine by their place inside. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Instead of the command of the image. */
  readonly command?: readonly string[];
  /** Covered with an empty file. */
  readonly hidden?: readonly string[];
}

export interface Container {
  /** Everything it printed. */
  output(): string;
  /** Sends a signal to its process 1. */
  signal(name: 'TERM' | 'KILL'): void;
  /** Its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  /** Runs a program inside; answers its exit code and everything it printed. */
  exec(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** The most that it ever used, with the file cache it needs; null where this machine has no memory cgroup. */
  peakMemoryMb(): number | null;
}

export const USER = 1000;
const LIMIT_BYTES = 512 * 1024 ** 2;
const MEMORY = '/sys/fs/cgroup/memory';
let made = 0;

const none = (name: string, ...flags: readonly string[]) => ({
  destination: name,
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['nosuid', ...flags],
});

/** Starts a container by runc: namespaces of its own but for the network, everything above. */
export function startContainer({ image, volumes, env, command, hidden = [] }: Wishes): Container {
  made += 1;
  const name = `centrala-${process.pid}-${made}`;
  const bundle = mkdtempSync(join(tmpdir(), 'centrala-bundle-'));
  const empty = join(bundle, 'empty');
  writeFileSync(empty, '');
  const bound = (destination: string, source: string, ...flags: readonly string[]) => ({
    destination,
    type: 'bind',
    source,
    options: ['rbind', ...flags],
  });
  const withEnv = new Map([...image.env.map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string]), ...Object.entries(env)]);
  const config = {
    ociVersion: '1.0.2',
    process: {
      user: { uid: USER, gid: USER },
      args: command ?? image.args,
      env: [...withEnv].map(([key, value]) => `${key}=${value}`),
      cwd: image.cwd,
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], permitted: [] },
    },
    root: { path: image.root, readonly: true },
    hostname: 'centrala',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      none('/dev', 'mode=755', 'strictatime'),
      none('/tmp', 'nodev', 'noexec', 'mode=1777'),
      ...Object.entries(volumes).map(([place, folder]) => bound(place, folder, 'rw')),
      ...hidden.map((place) => bound(place, empty, 'ro')),
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
    },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  const group = limitedGroup(name);
  const enter = group === null ? '' : `echo $$ > ${group}/cgroup.procs; `;
  const child: ChildProcess = spawn('sh', ['-c', `${enter}exec runc run --bundle ${bundle} ${name}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      printed += text.toString();
    });
  let peak: number | null = null;
  const readPeak = (): number | null => {
    if (group !== null && existsSync(group))
      peak = Math.round(Number(readFileSync(join(group, 'memory.max_usage_in_bytes'), 'utf8')) / 1024 ** 2);
    return peak;
  };
  const ended = once(child, 'close').then(([code]) => {
    readPeak();
    if (group !== null) rmdirSync(group);
    rmSync(bundle, { recursive: true, force: true });
    return typeof code === 'number' ? code : null;
  });
  return {
    output: () => printed,
    signal: (signal) => {
      readPeak();
      execFileSync('runc', ['kill', name, signal]);
    },
    ended,
    exec: (...args) =>
      new Promise((resolve) => {
        execFile('runc', ['exec', name, ...args], { maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
        );
      }),
    peakMemoryMb: readPeak,
  };
}

/** A memory cgroup of 512 MB, what crun itself cannot make where both versions of cgroups are mounted; null where there is none. */
function limitedGroup(name: string): string | null {
  if (!existsSync(join(MEMORY, 'memory.limit_in_bytes'))) return null;
  const group = join(MEMORY, name);
  mkdirSync(group);
  writeFileSync(join(group, 'memory.limit_in_bytes'), String(LIMIT_BYTES));
  return group;
}
