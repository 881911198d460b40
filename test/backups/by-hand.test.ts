import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { httpClient } from '../support/http-client.ts';
import { administrator, databaseUrl, running } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('data that came back by other means is as good as restored once the command was told: nothing due goes out, nobody stays logged in', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy odbiór?' });
  const { id } = await until('it is a conversation', async () => (await office.scope.db('conversations'))[0]);
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  t.is((await office.api('POST', `/conversations/${id}/messages`, { kind: 'reply', text: 'Zaraz.', sendAt })).status, 201);
  const admin = await administrator(office.base);
  const url = databaseUrl(office);
  const here = centralaCommand(office.dataDir, { url, file: '' });
  t.regex((await here(['restore', 'by-hand'])).err, /already at work/);

  await office.stop();
  // As it would be hours later.
  await office.scope.db.initialize();
  await office.scope.db('deliveries').update({ next_attempt_at: new Date(0).toISOString() });
  await office.scope.db.destroy();
  const told = await here(['restore', 'by-hand']);
  t.is(told.code, 0, told.err);
  t.regex(told.last, /next start/);
  const env = { CENTRALA_DATA_DIR: office.dataDir, ...(url ? { CENTRALA_DATABASE_URL: url } : {}) };
  const again = await running(t, { dir: office.dataDir, url, env, cli: here });
  t.deepEqual(await again.scope.db('deliveries').select('status', 'note'), [{ status: 'unknown', note: 'deliveries.note.restored' }]);
  t.is(office.relay.mails.length, 0);
  const visitor = httpClient(again.base);
  for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
  t.regex((await visitor.get('/conversations')).location ?? '', /^\/login/);
  await until('it is in the audit', () => again.scope.db('audit_entries').where({ act: 'backup.restored' }).first('seq'));
});
