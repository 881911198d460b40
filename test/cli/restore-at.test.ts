import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a moment to go back to is understood with its offset only: the zone of the machine is not the one of the company', async (t) => {
  const dir = tempDir(t);
  const [data, key] = [join(dir, 'data'), join(dir, 'key')];
  await writeFile(key, 'ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE-ABCDE');
  const cli = centralaCommand(data, { url: null, file: '' }, { TZ: 'America/New_York' });
  for (const at of ['2026-11-27T14:30:05', '2026-11-27 14:30', '2026-11-27', 'Nov 27 2026 14:30', '2026-02-30T14:30:05Z', 'yesterday']) {
    const refused = await cli(['restore', 'latest', '--at', at, '--key-file', key]);
    t.is(refused.code, 64, at);
    t.regex(refused.err, /with its offset from UTC/, at);
  }
  for (const at of ['2026-11-27T14:30:05+01:00', '2026-11-27 14:30+01', '2026-11-27T13:30:05Z']) {
    const understood = await cli(['restore', 'latest', '--at', at, '--key-file', key]);
    t.is(understood.code, 1, at);
    t.regex(understood.err, /There are no backups/, at);
  }
});
