import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { installationSecret } from '../../core/boot/data-dir.ts';
import { connect } from '../../core/db/connect.ts';
import { SettingError } from '../../core/lib/errors.ts';
import { writeFileWhole } from '../../core/lib/write-whole.ts';
import { emptyAddress } from '../support/db.ts';
import { ADMIN, product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

test('four processes that start at once on an empty database and an empty folder all work, with one key and one administrator', async (t) => {
  t.timeout(180_000);
  const url = await emptyAddress(t);
  if (url === null) return t.pass('a SQLite file belongs to one process');
  const shared = { CENTRALA_DATA_DIR: tempDir(t), CENTRALA_DATABASE_URL: url, CENTRALA_LOG_LEVEL: 'info', ...ADMIN };
  const all = await Promise.all(
    ['web,imap', 'web,jobs', 'smtp', 'smtp,jobs'].map((roles) => product(t, { ...shared, CENTRALA_ROLES: roles })),
  );
  await Promise.all(all.map((each) => each.start()));
  const saying = (event: string) => all.filter((each) => each.output().includes(`"${event}"`)).length;
  t.is(saying('database_migrated'), 1);
  t.is(saying('start_failed'), 0);
  const db = connect({ url, file: '' });
  t.teardown(() => db.destroy());
  t.deepEqual(await db('agents').pluck('email'), [ADMIN.CENTRALA_ADMIN_EMAIL]);
});

test('of several processes that make the key at once all use the same one, and nothing half-written is left', async (t) => {
  const dir = tempDir(t);
  const first = installationSecret(dir, null);
  t.true(first.length > 60);
  t.is(installationSecret(dir, null), first);
  t.is(installationSecret(dir, 'from the configuration'), 'from the configuration');
  const file = join(dir, 'certificate.pem');
  await Promise.all([1, 2, 3, 4, 5].map((n) => writeFileWhole(file, `${n}`)));
  t.deepEqual(readdirSync(dir).sort(), ['certificate.pem', 'secret.key']);
});

test('a secret that is empty or cut signs nothing: whoever knows that could log in as anybody', (t) => {
  const dir = tempDir(t);
  for (const left of ['', '\n', 'cut']) {
    writeFileSync(join(dir, 'secret.key'), left);
    const error = t.throws(() => installationSecret(dir, null), { instanceOf: SettingError, message: /secret\.key is empty or cut/ });
    t.regex(error?.help ?? '', /of a backup/);
  }
  t.is(installationSecret(dir, 'from the configuration'), 'from the configuration');
});
