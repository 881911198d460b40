import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import test from 'ava';
import { tempDir } from '../support/temp-dir.ts';

const MAIN = resolve(import.meta.dirname, '../../core/main.ts');

test('a start on a disk that takes nothing more names the database and says where to look, and not to restore', (t) => {
  const env = {
    PATH: process.env['PATH'],
    CENTRALA_DATA_DIR: tempDir(t),
    CENTRALA_SECRET_KEY: 'x'.repeat(40),
    CENTRALA_LOG_LEVEL: 'silent',
    ...{ CENTRALA_HTTP_PORT: '0', CENTRALA_SMTP_PORT: '0' },
  };
  // What may be written to a file ends as it does on a full disk.
  const ended = spawnSync('prlimit', ['--fsize=0', process.execPath, MAIN], { env, encoding: 'utf8', timeout: 60_000 });
  t.is(ended.status, 1, ended.stderr);
  t.regex(
    ended.stderr,
    /^Centrala could not start: The database [^\n]*centrala\.sqlite cannot be opened \([^\n]+\)\. [^\n]*has room[^\n]*\.$/m,
  );
  t.notRegex(ended.stderr, /restore/i);
});
