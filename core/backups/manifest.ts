import { createHash } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The folder of a snapshot in which everything lies that is not a blob or a plugin's own. */
export const STAGE = 'backup-stage';
export const MANIFEST = 'manifest.json';
const FORMAT = 1;
const READ_BYTES = 1 << 20;

const FILE = z.object({ name: z.string().regex(/^[\w.-]+$/), bytes: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export const MANIFEST_SCHEMA = z.object({
  format: z.literal(FORMAT),
  /** Of the product that made it. */
  version: z.string(),
  createdAt: z.string(),
  engine: z.enum(['sqlite', 'postgres']),
  /** The newest migration; one that this product does not know is from a newer version. */
  migration: z.string(),
  /** Rows of each table at the moment of the copy. */
  tables: z.record(z.string(), z.number()),
  /** Fingerprints of some messages, picked at random. */
  samples: z.array(z.object({ id: z.number(), sha256: z.string() })),
  ledger: z.object({ seq: z.number(), hash: z.string() }),
  files: z.array(FILE),
});

export type Manifest = z.infer<typeof MANIFEST_SCHEMA>;

/** What a copy of the database says about itself. */
export type Contents = Pick<Manifest, 'engine' | 'migration' | 'tables' | 'samples' | 'ledger'>;

/** Writes the manifest of these files of the folder beside them. */
export async function writeManifest(
  dir: string,
  about: Contents & Pick<Manifest, 'version' | 'createdAt'>,
  names: readonly string[],
): Promise<void> {
  const files = [];
  for (const name of names) files.push({ name, ...(await fingerprint(join(dir, name))) });
  await writeFile(join(dir, MANIFEST), `${JSON.stringify({ format: FORMAT, ...about, files }, null, 2)}\n`, { mode: 0o600 });
}

/** Raises a ZodError when it is none of ours. */
export const readManifest = async (dir: string): Promise<Manifest> =>
  MANIFEST_SCHEMA.parse(JSON.parse(await readFile(join(dir, MANIFEST), 'utf8')));

/** One sentence for each file that is missing or not what the manifest says. */
export async function wrongFiles(dir: string, { files }: Manifest): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { name, bytes, sha256 } of files) {
    const found = await fingerprint(join(dir, name)).catch(() => null);
    if (found === null) wrong.push(`${name} is missing`);
    else if (found.bytes !== bytes || found.sha256 !== sha256) wrong.push(`${name} was changed (${found.bytes} of ${bytes} bytes)`);
  }
  return wrong;
}

/** Size and SHA-256 of a file, which is read a piece at a time; the next one is read while the one before is hashed. */
export async function fingerprint(path: string): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path);
  try {
    const hash = createHash('sha256');
    const size = Math.min(READ_BYTES, (await file.stat()).size + 1);
    const read = (into: Buffer) => file.read(into, 0, size, null);
    let [piece, spare] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
    let next = read(piece);
    let bytes = 0;
    for (;;) {
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) break;
      [piece, spare] = [spare, piece];
      next = read(piece);
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
