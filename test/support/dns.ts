import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, installPeers } from '../../core/bin/debian-packages.ts';
import { createDns } from '../../core/dns/resolver.ts';
import type { AccessToken } from '../../core/plugins/contract.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** What the world says about one name. */
export interface Zone {
  readonly a?: readonly string[];
  readonly txt?: readonly string[];
  /** `priority host`. */
  readonly mx?: readonly string[];
  /** The name that the address of this zone's name points back to: for `4.3.2.1.in-addr.arpa`. */
  readonly ptr?: string;
  /** Usage, selector, matching type and hex, separated by spaces; the name is `_25._tcp.host`. */
  readonly tlsa?: string;
  readonly cname?: string;
  /** `priority port host`; the name is `_imaps._tcp.host`. */
  readonly srv?: readonly string[];
}

export interface TestDns {
  /** For CENTRALA_DNS_SERVERS and `createDns`. */
  readonly server: string;
  /** Questions that reached it so far, as `TXT name`. */
  readonly asked: () => readonly string[];
  /** From now on it says this instead. */
  readonly change: (zones: Readonly<Record<string, Zone>>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Debian's dnsmasq on a free port of loopback with these names only; every other one does not exist. Names under `silent` are never answered. */
export async function startDns(
  zones: Readonly<Record<string, Zone>>,
  silent: readonly string[] = [],
  onPort: number | null = null,
): Promise<TestDns> {
  const problems = installPeers([{ program: 'dnsmasq', debian: 'dnsmasq-base' }]);
  const program = findProgram('dnsmasq');
  if (program === null) throw new Error(problems[0] ?? 'dnsmasq is not there');
  const dir = mkdtempSync(join(tmpdir(), 'centrala-dns-'));
  const port = onPort ?? (await freePort());
  const hole = await freePort();
  const file = join(dir, 'dnsmasq.conf');
  let log = '';
  const start = async (records: Readonly<Record<string, Zone>>) => {
    writeFileSync(file, [...head(port), ...silent.map((name) => `server=/${name}/127.0.0.1#${hole}`), ...lines(records)].join('\n'));
    const child = spawn(program, ['--keep-in-foreground', `--conf-file=${file}`, '--log-facility=-', '--log-queries'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      log += text;
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await until('dnsmasq is up', () => {
      if (child.exitCode !== null) throw new Error(`dnsmasq ended: ${said}`);
      return /started/.test(said);
    });
    return async () => {
      child.kill('SIGKILL');
      await ended;
    };
  };
  let end = await start(zones);
  return {
    server: `127.0.0.1:${port}`,
    asked: () => Array.from(log.matchAll(/query\[([A-Z]+)\] (\S+) from/g), ([, type, name]) => `${type} ${name}`),
    change: async (records) => {
      await end();
      end = await start(records);
    },
    stop: async () => {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Where nobody answers: what a machine without a network sees. */
export const noDns = createDns({ servers: ['127.0.0.1:1'] });

const head = (port: number): readonly string[] => [
  'no-resolv',
  'no-hosts',
  'no-daemon',
  'user=',
  `port=${port}`,
  'listen-address=127.0.0.1',
  'bind-interfaces',
  'local=//',
  'address=/#/',
  'cache-size=0',
];

function lines(zones: Readonly<Record<string, Zone>>): readonly string[] {
  return Object.entries(zones).flatMap(([name, { a = [], txt = [], mx = [], ptr, tlsa, cname, srv = [] }]) => [
    ...a.map((ip) => `host-record=${name},${ip}`),
    ...txt.map((text) => `txt-record=${name},${quoted(text)}`),
    ...mx.map((one) => `mx-host=${name},${one.split(' ').reverse().join(',')}`),
    ...(ptr === undefined ? [] : [`ptr-record=${name},${ptr}`]),
    ...(tlsa === undefined ? [] : [`dns-rr=${name},52,${tlsaHex(tlsa)}`]),
    ...(cname === undefined ? [] : [`cname=${name},${cname}`]),
    ...srv.map((one) => `srv-host=${name},${one.split(' ').reverse().join(',')}`),
  ]);
}

/** Strings of at most 255 bytes, as a TXT record holds them. */
const quoted = (text: string): string =>
  (text.match(/.{1,250}/gs) ?? ['']).map((part) => `"${part.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',');

function tlsaHex(text: string): string {
  const [usage, selector, match, data = ''] = text.split(' ');
  return [usage, selector, match].map((number) => Number(number).toString(16).padStart(2, '0')).join('') + data;
}

/** Nobody has logged in anywhere. */
export const noTokens: AccessToken = () => Promise.reject(new Error('There are no tokens here'));
