import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A folder of this test alone, removed with it. */
export function tempDir(t: ExecutionContext<unknown>): string {
  const dir = mkdtempSync(join(tmpdir(), 'centrala-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}
