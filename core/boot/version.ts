import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './foundation.ts';

/** As package.json states it. */
export function version(): string {
  const file: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : '0';
}
