// Runs an interpreter where it can do no harm: a process without network, without writing, without clock or chance.
// Arguments: interpreter URL, folder of the plugin's tests. Prints one JSON line for each case, then the peak memory.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Interpret } from '../../core/plugins/contract.ts';
import { fixturesIn, hostileIn, plainInbound, type RawCase } from './fixtures.ts';

const [interpreter = '', testDir = ''] = process.argv.slice(2);
const { default: interpret }: { default: Interpret } = await import(interpreter);

/** Chance and the present moment are not part of the bytes, so a pure reader has no use for them. */
function forbidClock(): () => void {
  const real = { Date: globalThis.Date, random: Math.random, now: performance.now };
  const refuse = (): never => {
    throw new Error('an interpreter must not read the clock or use chance');
  };
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, args, newTarget) => (args.length === 0 ? refuse() : Reflect.construct(target, args, newTarget)),
    apply: refuse,
    get: (target, key) => (key === 'now' ? refuse : Reflect.get(target, key)),
  });
  Math.random = refuse;
  performance.now = refuse;
  return () => {
    globalThis.Date = real.Date;
    Math.random = real.random;
    performance.now = real.now;
  };
}

async function outcomeOf(one: RawCase, bytes: Buffer): Promise<{ inbound: unknown } | { error: string }> {
  const allow = forbidClock();
  try {
    const { inbox, contentType, envelope } = one;
    // Streams come in pieces, as from a disk, so that nobody relies on one big chunk.
    const open = (): Readable => Readable.from(pieces(bytes));
    const items = await interpret({
      inbox,
      contentType,
      envelope,
      receivedAt: new Date('2026-11-24T09:00:00Z'),
      bytes: bytes.length,
      open,
    });
    return { inbound: plainInbound(items) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    allow();
  }
}

function* pieces(bytes: Buffer, size = 65_536): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** Of a hostile thing only its digest matters, and whether every text in it can be stored (no NUL, no lone surrogate). */
function summaryOf(outcome: object): object {
  const text = JSON.stringify(outcome);
  return { sha256: createHash('sha256').update(text).digest('hex'), isStorable: !/\\u0000|\\ud[89a-f][0-9a-f]{2}/.test(text) };
}

for (const [kind, cases] of [
  ['fixture', fixturesIn(join(testDir, 'fixtures'))],
  ['hostile', await hostileIn(join(testDir, 'hostile'))],
] as const)
  for (const one of cases) {
    const bytes = one.load();
    const before = process.cpuUsage();
    const outcome = await outcomeOf(one, bytes);
    const spent = process.cpuUsage(before);
    const ms = Math.round((spent.user + spent.system) / 1000);
    console.log(JSON.stringify({ kind, name: one.name, ms, outcome: kind === 'fixture' ? outcome : summaryOf(outcome) }));
    globalThis.gc?.();
  }
console.log(JSON.stringify({ kind: 'end', peakBytes: process.resourceUsage().maxRSS * 1024 }));
