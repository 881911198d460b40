import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readConfig } from '../../config/config.ts';
import { SettingError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { start } from '../../core/main.ts';
import { centralaCommand } from '../support/cli.ts';
import { emptyAddress } from '../support/db.ts';
import { freePort } from '../support/free-port.ts';
import { tempDir } from '../support/temp-dir.ts';

test('no empty database is made beside stored mail: it would refuse what comes to every inbox of the one that is missing', async (t) => {
  const [dir, url] = [tempDir(t), await emptyAddress(t)];
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const env = { CENTRALA_DATA_DIR: dir, ...(url ? { CENTRALA_DATABASE_URL: url } : {}), ...ports };
  mkdirSync(join(dir, 'blobs/ab'), { recursive: true });
  writeFileSync(join(dir, 'blobs/ab', 'c'.repeat(62)), 'Subject: x\r\n');
  const error = await t.throwsAsync(start(readConfig(env), silentLog), { instanceOf: SettingError, message: /has stored mail/ });
  t.regex(error?.help ?? '', /CENTRALA_DATABASE_URL.*restore latest/);
  const cli = centralaCommand(dir, { url, file: '' }, ports);
  const doctor = await cli(['doctor']);
  t.is(doctor.code, 1);
  t.regex(doctor.out, /BROKEN {2}database: .*stored mail.*\n.*restore latest/);
  const made = await cli(['inbox', 'create', '--name', 'Biuro', '--address', 'biuro@firma.test']);
  t.is(made.code, 78);

  rmSync(join(dir, 'blobs'), { recursive: true });
  const running = await start(readConfig(env), silentLog);
  await running.stop();
  t.pass('on an empty folder it begins');
});
