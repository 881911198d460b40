import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { LEAN } from '../../core/bin/bootstrap.mjs';
import { tempDir } from './temp-dir.ts';

const MAIN = resolve(import.meta.dirname, '../../core/main.ts');

/** Starts the product as a process that is expected to end by itself; what it left on standard error is there to read. */
export async function refused(
  t: ExecutionContext<unknown>,
  env: Record<string, string>,
  user: { readonly uid?: number; readonly gid?: number } = {},
): Promise<{ code: number; stderr: string }> {
  const defaults = {
    CENTRALA_DATA_DIR: tempDir(t),
    CENTRALA_HTTP_PORT: '0',
    CENTRALA_SMTP_PORT: '0',
    CENTRALA_LOG_LEVEL: 'silent',
  };
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env['PATH'], ...LEAN, ...defaults, ...env }, ...user });
  t.teardown(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code] = await once(child, 'close', { signal: AbortSignal.timeout(30_000) });
  return { code: Number(code), stderr };
}
