import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { seed } from './seed.ts';

/** A copy of a data folder with `conversations` of the corpus, to be thrown away. Made once for each schema and size, then kept in the temporary folder. */
export async function seededFolder(conversations: number): Promise<string> {
  const kept = join(tmpdir(), 'centrala-bench', `${schemaHash()}-${conversations}`);
  if (!existsSync(kept)) {
    const fresh = `${kept}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    await seed({ dataDir: fresh, databaseUrl: null }, conversations, (line) => console.error(line));
    renameSync(fresh, kept);
  }
  const copy = mkdtempSync(join(tmpdir(), 'centrala-bench-'));
  cpSync(kept, copy, { recursive: true });
  return copy;
}

/** Changes when a migration or the way of seeding changes. */
function schemaHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['../../migrations', '.']) {
    const path = resolve(import.meta.dirname, folder);
    const names = readdirSync(path).filter((name) => folder !== '.' || /^(corpus|rows|bulk|seed)\.ts$/.test(name));
    for (const name of names.sort()) hash.update(readFileSync(join(path, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
