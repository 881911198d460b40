import test from 'ava';
import { readConfig } from '../../config/config.ts';
import { mustBeSameEngine, noteEngine } from '../../core/boot/engine.ts';
import { SettingError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { start } from '../../core/main.ts';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget, emptyAddress } from '../support/db.ts';
import { freePort } from '../support/free-port.ts';
import { tempDir } from '../support/temp-dir.ts';

test('data that went to PostgreSQL is not taken up from the SQLite file beside it when the address is lost', async (t) => {
  const [dir, url] = [tempDir(t), await emptyAddress(t)];
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const env = { CENTRALA_DATA_DIR: dir, ...ports };
  if (url === null) {
    // Without a server at hand: as a move leaves it.
    await databaseTarget(t, dir);
    await noteEngine({ dataDir: dir, databaseUrl: 'postgres://127.0.0.1/centrala' });
  } else {
    const running = await start(readConfig({ ...env, CENTRALA_DATABASE_URL: url }), silentLog);
    await running.stop();
  }
  await t.throwsAsync(start(readConfig(env), silentLog), { instanceOf: SettingError, message: /is on PostgreSQL/ });
  const cli = centralaCommand(dir, { url: null, file: '' }, ports);
  const refused = await cli(['ledger']);
  t.is(refused.code, 78);
  t.regex(refused.err, /is on PostgreSQL.*\n.*move-database --to sqlite/);
  const doctor = await cli(['doctor']);
  t.is(doctor.code, 1);
  t.regex(doctor.out, /BROKEN {2}database: the data is on PostgreSQL/);

  await noteEngine({ dataDir: dir, databaseUrl: null });
  t.notThrows(() => mustBeSameEngine({ dataDir: dir, databaseUrl: null }), 'it was moved back, or a backup of SQLite restored');
});
