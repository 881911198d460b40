import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BackupError } from './backup-error.ts';

const COMMAND = join(import.meta.dirname, '../cli.ts');

/**
 * Everything as one file, made by `centrala backup --file -` beside the server, as fast as it is read. Resolves when the first bytes are
 * there. Raises BackupError when it cannot begin; what fails later breaks the stream off, and the file is found to be cut.
 */
export async function archiveStream(env: NodeJS.ProcessEnv): Promise<Readable> {
  const child = spawn(process.execPath, [COMMAND, 'backup', '--file', '-'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-1000);
  });
  const failed = (): BackupError =>
    new BackupError(said.trim() || 'The archive could not be made.', undefined, /under way/.test(said) ? 'busy' : 'other');
  const ended = once(child, 'close').then(([code]) => code);
  // Its reader went away.
  child.stdout.once('close', () => child.kill());
  const first = await Promise.race([once(child.stdout, 'readable').then(() => null), ended]);
  if (first !== null && first !== 0) throw failed();
  ended.then((code) => code !== 0 && child.stdout.destroy(failed())).catch(() => {});
  return child.stdout;
}
