import test from 'ava';
import { databaseTarget } from '../support/db.ts';
import { product } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

test('the doctor of each of several processes asks for the ports of its own roles and misses no other', async (t) => {
  t.timeout(120_000);
  const target = await databaseTarget(t);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');
  const shared = { CENTRALA_DATA_DIR: tempDir(t), CENTRALA_DATABASE_URL: target.url };
  const begin = async (CENTRALA_ROLES: string) => {
    const one = await product(t, { ...shared, CENTRALA_ROLES });
    await one.start();
    return one;
  };
  const [web, smtp, jobs] = [await begin('web'), await begin('smtp'), await begin('jobs')];
  const portsOf = async (one: typeof web): Promise<readonly string[]> => {
    const lines = (await one.centrala('doctor')).split('\n');
    return lines.flatMap((line) => (/^\S+ +(HTTP|SMTP)[ :]/.test(line) ? [line.replaceAll(/ 127\S+:\d+| +(?= )/g, '')] : []));
  };
  const greeted = /^ok SMTP: answered: 220 \S+ ESMTP$/;
  const elsewhere = 'not of this process (CENTRALA_ROLES)';
  t.deepEqual(await portsOf(web), ['ok HTTP: Centrala answers', `ok SMTP: ${elsewhere}`]);
  const [http, mail = ''] = await portsOf(smtp);
  t.is(http, `ok HTTP: ${elsewhere}`);
  t.regex(mail, greeted);
  t.deepEqual(await portsOf(jobs), [`ok HTTP: ${elsewhere}`, `ok SMTP: ${elsewhere}`]);
  await smtp.end('SIGTERM');
  t.is((await portsOf(smtp))[1], 'note SMTP: free; Centrala does not run');
});
