import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Scope } from '../db/scope.ts';
import type { Finding, Words } from './doctor/finding.ts';
import type { DoctorPlugin } from './doctor/plugins.ts';
import type { CleanLine } from './recent-log.ts';
import { migrationNames, settingKeys } from './store.ts';

export interface BundleParts {
  readonly scope: Scope;
  readonly version: string;
  readonly database: 'sqlite' | 'postgres';
  /** Names of environment variables that are set; never their values. */
  readonly environment: readonly string[];
  readonly findings: readonly Finding[];
  readonly plugins: readonly Pick<DoctorPlugin, 'name' | 'state' | 'isOn' | 'problem' | 'health'>[];
  /** Prometheus text or null: counts and durations by the patterns of addresses. */
  readonly metrics: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly log: readonly CleanLine[];
}

/** What helps somebody elsewhere to find a fault, as gzipped JSON. No address, name, subject, text, setting or secret is in it. */
export async function makeBundle(parts: BundleParts): Promise<Buffer> {
  const { scope, findings, plugins, ...rest } = parts;
  const [migrations, settings] = await Promise.all([orNull(migrationNames(scope)), orNull(settingKeys(scope))]);
  const bundle = {
    madeAt: scope.now().toISOString(),
    ...rest,
    machine: {
      node: process.version,
      system: `${platform()} ${release()} ${arch()}`,
      processors: cpus().length,
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      processBytes: process.memoryUsage.rss(),
      upSeconds: Math.round(process.uptime()),
    },
    // A name that an administrator made up himself says something of the company.
    settings: settings?.filter((key) => !/^company\./.test(key)) ?? null,
    migrations,
    plugins: plugins.map(({ name, state, isOn, problem, health }) => ({
      name,
      state,
      isOn,
      problem: problem?.code ?? health?.problem ?? null,
      health: health?.state ?? null,
    })),
    checks: findings.map(({ state, what, seen, advice }) => ({
      state,
      what: bare(what),
      seen: bare(seen),
      advice: advice && bare(advice),
    })),
  };
  return promisify(gzip)(JSON.stringify(bundle, null, 1));
}

/** Which text it is and its numbers; words that came from outside are left out. */
function bare(words: Words): unknown {
  if (typeof words === 'string') return null;
  const facts = Object.entries(words.facts).flatMap(([name, fact]) =>
    typeof fact === 'number' ? [[name, fact]] : typeof fact === 'object' ? [[name, bare(fact)]] : [],
  );
  return facts.length === 0 ? words.key : { key: words.key, ...Object.fromEntries(facts) };
}

const orNull = <T>(asked: Promise<T>): Promise<T | null> => asked.catch(() => null);
