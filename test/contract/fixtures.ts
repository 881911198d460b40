import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Inbound, InterpretInput } from '../../core/plugins/contract.ts';

/** One raw thing to interpret, with what travelled beside it. */
export interface RawCase {
  readonly name: string;
  /** Makes or reads the bytes only when their turn comes. */
  readonly load: () => Buffer;
  readonly inbox: InterpretInput['inbox'];
  readonly contentType: string;
  readonly envelope: Readonly<Record<string, string>>;
}

export interface FixtureCase extends RawCase {
  /** The interpretation in the form `plainInbound` gives. */
  readonly expected: unknown;
}

/** `name.json` beside `name.eml` or `name.raw`: what travels beside the bytes, and what must come out. */
const FIXTURE = z.strictObject({
  inbox: z.strictObject({ address: z.string(), name: z.string() }).optional(),
  contentType: z.string().optional(),
  envelope: z.record(z.string(), z.string()).optional(),
  inbound: z.array(z.unknown()),
});

const INBOX = { address: 'biuro@firma.test', name: 'Biuro' };

/** Every pair of `test/fixtures`, in name order. Throws for a file without its partner. */
export function fixturesIn(dir: string): readonly FixtureCase[] {
  const files = existsSync(dir) ? readdirSync(dir).sort() : [];
  return files
    .filter((file) => !file.endsWith('.json'))
    .map((file) => {
      const { inbound, ...given } = FIXTURE.parse(JSON.parse(readFileSync(join(dir, file.replace(/\.[^.]+$/, '.json')), 'utf8')));
      return { ...rawCase(basename(file), () => readFileSync(join(dir, file)), given), expected: inbound };
    });
}

/** Every file of `test/hostile`; a module there makes large ones on the spot (`export const cases: Record<string, () => Buffer>`). */
export async function hostileIn(dir: string): Promise<readonly RawCase[]> {
  const found: RawCase[] = [];
  for (const file of existsSync(dir) ? readdirSync(dir).sort() : []) {
    if (!file.endsWith('.ts')) found.push(rawCase(file, () => readFileSync(join(dir, file)), {}));
    else {
      const { cases }: { cases: Record<string, () => Buffer> } = await import(pathToFileURL(join(dir, file)).href);
      for (const [name, make] of Object.entries(cases)) found.push(rawCase(name, make, {}));
    }
  }
  return found;
}

function rawCase(name: string, load: () => Buffer, given: Omit<z.infer<typeof FIXTURE>, 'inbound'>): RawCase {
  return {
    name,
    load,
    inbox: given.inbox ?? INBOX,
    contentType: given.contentType ?? (name.endsWith('.raw') ? 'application/octet-stream' : 'message/rfc822'),
    envelope: given.envelope ?? {},
  };
}

/** An interpretation as plain JSON: dates as ISO text, attachment contents as their length and digest. */
export function plainInbound(items: readonly Inbound[]): unknown {
  return items.map((item) => {
    if (item.kind === 'report') return item;
    if (item.kind === 'domain-report') {
      const [message] = [plainInbound([item.message])].flat();
      return { ...item, begin: item.begin.toISOString(), end: item.end.toISOString(), message };
    }
    const attachments = item.attachments.map(({ content, ...rest }) => ({
      ...rest,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    }));
    return { ...item, sentAt: item.sentAt?.toISOString() ?? null, attachments };
  });
}
