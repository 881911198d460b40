import { isIP } from 'node:net';
import type { Declared, Purpose, Seen } from './types.ts';

export interface Connection {
  readonly host: string;
  readonly port: number;
  /** Empty: nobody said that this would be connected to. */
  readonly purposes: readonly Purpose[];
  /** Null: not since the start. */
  readonly last: Pick<Seen, 'calls' | 'at' | 'problem'> | null;
  readonly isThisMachine: boolean;
  /** False: what goes there passes no socket of this process, so nothing is known of it. */
  readonly isCounted: boolean;
}

/** By UDP, and by restic and ssh. */
const UNCOUNTED: ReadonlySet<Purpose> = new Set(['dns', 'backup']);

/** Every place that may be connected to with what became of it, and what was connected to without anybody having said so, which comes first. */
export function connections(declared: readonly Declared[], seen: readonly Seen[]): readonly Connection[] {
  const left = new Map(seen.map((one) => [keyOf(one), one]));
  const known = new Map<string, { one: Declared; purposes: Set<Purpose> }>();
  for (const one of declared) {
    const entry = known.get(keyOf(one)) ?? { one, purposes: new Set<Purpose>() };
    entry.purposes.add(one.purpose);
    known.set(keyOf(one), entry);
  }
  const open = declared.filter(({ host }) => host === '*');
  const listed = [...known].map(([key, { one, purposes }]) => {
    const last = left.get(key) ?? null;
    left.delete(key);
    return connection(one, [...purposes], last);
  });
  const others = [...left.values()].map((one) => {
    const purposes = open.flatMap(({ purpose, port, isJudged = false }) =>
      port === one.port && (!isJudged || isIP(one.host) !== 0) ? [purpose] : [],
    );
    return connection(one, [...new Set(purposes)], one);
  });
  return [...listed, ...others].toSorted((a, b) => rank(a) - rank(b) || a.host.localeCompare(b.host) || a.port - b.port);
}

const keyOf = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host.toLowerCase()}:${port}`;
const rank = ({ purposes, isThisMachine, last }: Connection): number =>
  purposes.length === 0 && !isThisMachine ? 0 : isThisMachine ? 3 : last ? 1 : 2;

function connection(place: Pick<Declared, 'host' | 'port'>, purposes: readonly Purpose[], seen: Seen | null): Connection {
  const last = seen && { calls: seen.calls, at: seen.at, problem: seen.problem };
  const isCounted = last !== null || !purposes.every((one) => UNCOUNTED.has(one));
  return { host: place.host.toLowerCase(), port: place.port, purposes, last, isThisMachine: isLoopback(place.host), isCounted };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** Places outside that nobody said would be connected to. */
export const unlisted = (all: readonly Connection[]): readonly Connection[] =>
  all.filter(({ purposes, isThisMachine }) => purposes.length === 0 && !isThisMachine);
