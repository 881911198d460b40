import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { databaseTarget, MIGRATIONS } from '../support/db.ts';
import { freePort } from '../support/free-port.ts';
import { product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('a process without pages that upgrades the database leaves the port of pages to the one that has them', async (t) => {
  t.timeout(120_000);
  const target = await databaseTarget(t);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const db = connect(target);
  t.teardown(() => db.destroy());
  await db.migrate.down({ directory: MIGRATIONS, loadExtensions: ['.ts'], tableName: 'migrations' });
  const shared = {
    CENTRALA_DATA_DIR: tempDir(t),
    CENTRALA_DATABASE_URL: target.url,
    CENTRALA_HTTP_PORT: String(await freePort()),
    CENTRALA_LOG_LEVEL: 'info',
  };
  const [jobs, web] = [await product(t, { ...shared, CENTRALA_ROLES: 'jobs' }), await product(t, { ...shared, CENTRALA_ROLES: 'web' })];
  const [inTheWay, out] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  t.teardown(() => out.resolve());
  const held = db.transaction(async (tx) => {
    await tx.raw('lock table messages in access exclusive mode');
    inTheWay.resolve();
    await out.promise;
  });
  await inTheWay.promise;
  const upgrading = jobs.start();
  await until('the upgrade is under way', () => jobs.output().includes('upgrade_began'), 30_000);
  const starting = web.start();
  await Promise.race([starting, until('the other one waits', () => web.output().includes('database_waited_for'), 30_000)]);
  out.resolve();
  await Promise.all([held, upgrading, starting]);
  t.is((await fetch(`http://127.0.0.1:${shared.CENTRALA_HTTP_PORT}/ready`)).status, 200);
});
