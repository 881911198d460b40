import test from 'ava';
import { databaseTarget } from '../support/db.ts';
import { product } from '../support/product.ts';
import { smtpReply } from '../support/smtp-load.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('what a process chose of a plugin before it died holds in all others, also in the one that handles its event', async (t) => {
  t.timeout(120_000);
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const shared = { CENTRALA_DATA_DIR: dir, CENTRALA_DATABASE_URL: target.url, CENTRALA_ROLES: 'smtp,jobs' };
  const [one, other] = [await product(t, shared), await product(t, shared)];
  for (const each of [one, other]) await each.start();
  const choose = async (enabled: boolean) => {
    const at = new Date().toISOString();
    await one.db('plugins').insert({ name: 'email', enabled, changed_at: at }).onConflict('name').merge();
    const actor = JSON.stringify({ kind: 'agent', id: 1 });
    const data = JSON.stringify({ name: 'email', process: 1 });
    await one.db('events').insert({ type: 'plugin.changed', data, actor, created_at: at });
  };
  const takesMail = async (port: number): Promise<boolean> => (await smtpReply(port).catch(() => '')).startsWith('220');
  for (const isOn of [false, true]) {
    await choose(isOn);
    for (const { smtpPort } of [one, other]) {
      await until(`port ${smtpPort} is ${isOn ? 'open' : 'closed'}`, async () => (await takesMail(smtpPort)) === isOn, 15_000);
      t.is(await takesMail(smtpPort), isOn, 'and stays so');
    }
  }
});
