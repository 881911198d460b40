import { existsSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ADMIN } from '../../support/app.ts';
import { centralaCommand } from '../../support/cli.ts';
import { administrator, databaseUrl, newMachine } from '../../support/machines.ts';
import { officeFor } from '../../support/office.ts';
import { until } from '../../support/until.ts';

/** As a worn-out disk does it. */
async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 700);
  await file.write(Buffer.from([~(buffer[0] ?? 0) & 0xff]), 0, 1, 700);
  await file.close();
}

test('a backup that was altered or has lost a part is refused, says so, and leaves the data as it was', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Ważne', text: 'x'.repeat(300_000) });
  await until('it is a conversation', async () => (await office.scope.db('conversations')).length === 1);
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  t.is((await here(['backup'])).code, 0);
  const packs = (await readdir(join(office.dataDir, 'backups/data'), { recursive: true })).filter((name) => name.includes('/'));
  t.true(packs.length > 0);
  for (const [n, name] of packs.entries()) {
    const path = join(office.dataDir, 'backups/data', name);
    await (n % 2 === 0 ? flipByte(path) : rm(path));
  }
  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  const key = join(office.dataDir, 'backup.key');
  const refused = await machine.cli(['restore', 'latest', '--key-file', key]);
  t.is(refused.code, 1);
  t.false(existsSync(join(machine.dir, 'centrala.sqlite')) || existsSync(join(machine.dir, 'blobs')));
  t.deepEqual(
    (await readdir(machine.dir)).filter((name) => /^restor|^before/.test(name)),
    [],
  );

  // Made by the server, which then tells everybody who has to know.
  const admin = await administrator(office.base);
  t.true((await admin.get('/backups')).text.includes('sprawdzona'));
  t.is((await admin.post('/backups', {})).location, '/backups');
  await until('the administrator has a mail about it', () => office.relay.mails.some(({ data }) => data.includes('/backups')), 120_000);
  t.deepEqual(office.relay.mails.at(-1)?.to, [ADMIN.email]);
  t.true((await admin.get('/conversations')).text.includes('Ostatnia kopia zapasowa się nie udała'));
  t.regex((await admin.get('/backups')).text, /nieudana|niesprawdzona/);
  await rm(join(office.dataDir, 'backups'), { recursive: true });
  const good = await here(['backup']);
  t.is(good.code, 0, 'a new repository begins where the old one is gone');
});
