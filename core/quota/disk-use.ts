import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { bytesBelow } from '../lib/bytes-below.ts';
import { writeFileWhole } from '../lib/write-whole.ts';

/** What lies in the data folder: stored files, the database where it is SQLite, backups, older data that an upgrade or a restore has kept, mail on its way in, uploaded archives, all else. */
export const DISK_KINDS = ['files', 'database', 'backups', 'kept', 'waiting', 'imports', 'other'] as const;
type DiskKind = (typeof DISK_KINDS)[number];

const USE = z.object({ at: z.string(), bytes: z.record(z.enum(DISK_KINDS), z.number()) });
/** What each kind took up on the disk of the data. */
export type DiskUse = z.infer<typeof USE>;

const NAMES: readonly (readonly [RegExp, DiskKind])[] = [
  [/^blobs$/, 'files'],
  [/^centrala\.sqlite/, 'database'],
  [/^spool/, 'waiting'],
  [/^imports$/, 'imports'],
  [/^(before-)?(restore-|upgrade)/, 'kept'],
  [/^(backup|\.cache$)/, 'backups'],
];

/** The kind of an entry of the data folder. */
const kindOf = (name: string): DiskKind => NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';

export interface DiskMeter {
  /** What was measured last; null = never. */
  last(): Promise<DiskUse | null>;
  /** Measures and keeps it; who asks meanwhile gets the same answer. Some thousand files a second, so that nobody waits for the disk because of it. */
  measure(signal?: AbortSignal): Promise<DiskUse>;
}

export interface MeterParts {
  readonly dataDir: string;
  /** The folder of backups when it is on the disk of the data, wherever there. */
  readonly backups: () => Promise<string | null>;
  readonly now: () => Date;
}

export function meterDisk({ dataDir, backups, now }: MeterParts): DiskMeter {
  // In no backup: it says what is here.
  const file = join(dataDir, '.cache', 'disk-use.json');
  let under: Promise<DiskUse> | null = null;
  let newest: DiskUse | null = null;

  const measure = async (signal?: AbortSignal): Promise<DiskUse> => {
    const bytes = Object.fromEntries(DISK_KINDS.map((kind) => [kind, 0])) as Record<DiskKind, number>;
    const named = await backups();
    // As the walk names it: without a slash at its end.
    const apart = named === null ? null : resolve(named);
    for await (const { name, bytes: found } of bytesBelow(dataDir, { except: apart, signal })) bytes[kindOf(name)] += found;
    if (apart !== null) for await (const { bytes: found } of bytesBelow(apart, { signal })) bytes.backups += found;
    const use = { at: now().toISOString(), bytes };
    if (signal?.aborted) return use;
    newest = use;
    // On a full disk the figures are wanted most.
    await writeFileWhole(file, JSON.stringify(use)).catch(() => {});
    return use;
  };

  return {
    last: async () => {
      if (newest !== null) return newest;
      // One that is damaged, or of a version with other kinds, says nothing until the next measurement.
      const read = async (): Promise<DiskUse> => USE.parse(JSON.parse(await readFile(file, 'utf8')));
      return read().catch(() => null);
    },
    measure: (signal) => {
      under ??= measure(signal).finally(() => {
        under = null;
      });
      return under;
    },
  };
}
