import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BackupError } from './backup-error.ts';

const DEBIAN = '/usr/lib/postgresql';
/** What libpq understands of an address as well; anything else is for the driver of Node alone. */
const PARAMETERS = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'port', 'connect_timeout', 'options']);

/** Runs `pg_dump` or `pg_restore`, the newest that the machine has, else the one on `path`; answers its output. The password is not among the arguments, which everybody may see. */
export async function postgresTool(
  path: string,
  name: 'pg_dump' | 'pg_restore',
  url: string | null,
  args: readonly string[],
): Promise<string> {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const program = versions.map((version) => join(DEBIAN, version, 'bin', name)).find((path) => existsSync(path)) ?? name;
  const address = url === null ? null : new URL(url);
  const password = decodeURIComponent(address?.password ?? '');
  if (address) {
    address.password = '';
    for (const key of [...address.searchParams.keys()]) if (!PARAMETERS.has(key)) address.searchParams.delete(key);
  }
  const child = spawn(program, [...args, ...(address ? [`--dbname=${address.href}`] : [])], {
    env: { PATH: path, ...(password === '' ? {} : { PGPASSWORD: password }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new BackupError(`${name} is not installed.`, 'Install it: apt-get install postgresql-client', 'no_pg_dump');
  });
  if (code === 0) return out;
  const isOlder = /server version mismatch/.test(said);
  const help = isOlder ? 'Install the postgresql-client of the version that the server has, or a newer one.' : undefined;
  throw new BackupError(`${name} failed: ${said.trim().split('\n').slice(0, 3).join(' ')}`, help, isOlder ? 'old_pg_dump' : 'other');
}
