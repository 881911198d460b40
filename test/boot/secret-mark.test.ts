import { renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readConfig } from '../../config/config.ts';
import { start } from '../../core/main.ts';
import { databaseTarget } from '../support/db.ts';
import { freePort } from '../support/free-port.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a start with another secret than before is said in the log, once', async (t) => {
  const dir = tempDir(t);
  const { url } = await databaseTarget(t, dir);
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const said = async (more: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> => {
    const lines: unknown[] = [];
    const log = { info: () => {}, warn: () => {}, error: (event: string, facts?: object) => void lines.push([event, facts]) };
    const env = { CENTRALA_DATA_DIR: dir, ...(url ? { CENTRALA_DATABASE_URL: url } : {}), ...ports, ...more };
    const running = await start(readConfig(env), log);
    await running.stop();
    return lines;
  };
  t.deepEqual(await said(), [], 'a new installation');
  t.deepEqual(await said(), []);
  renameSync(join(dir, 'secret.key'), join(dir, 'lost'));
  const [[event, facts] = []] = (await said()) as readonly (readonly unknown[])[];
  t.is(event, 'secret_changed');
  t.regex(JSON.stringify(facts), /secret\.key of a backup/);
  t.deepEqual(await said(), [], 'it was said');
  t.is((await said({ CENTRALA_SECRET_KEY: 'x'.repeat(40) })).length, 1);
});
