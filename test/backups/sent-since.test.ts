import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { centralaCommand } from '../support/cli.ts';
import { httpClient } from '../support/http-client.ts';
import { administrator, databaseUrl, newMachine, running } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

/** A backup has to be made before that moment, on the slowest machine. */
const SOON_MS = 15_000;
const DAY_MS = 86_400_000;

test('what was sent after the backup does not go out again once it is restored, what is due later waits on, and nobody stays logged in', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy odbiór?' });
  const { id } = await until('it is a conversation', async () => (await office.scope.db('conversations'))[0]);
  const admin = await administrator(office.base);
  const soon = Date.now() + SOON_MS;
  const reply = async (text: string, at: number): Promise<void> => {
    const sent = await office.api('POST', `/conversations/${id}/messages`, { kind: 'reply', text, sendAt: new Date(at).toISOString() });
    t.is(sent.status, 201, JSON.stringify(sent.json));
  };
  await reply('Zaraz.', soon);
  await reply('Jutro.', soon + DAY_MS);
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  t.is((await here(['backup'])).code, 0);
  t.is(office.relay.mails.length, 0, 'the backup was made before');
  await until('the first one left', () => office.relay.mails.length === 1, 2 * SOON_MS);

  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  t.is((await machine.cli(['restore', 'latest', '--key-file', join(office.dataDir, 'backup.key')])).code, 0);
  const copy = await running(t, machine);
  const states = await copy.scope.db('deliveries').orderBy('id').select('status', 'attempts', 'note');
  t.deepEqual(states, [
    { status: 'unknown', attempts: 0, note: 'deliveries.note.restored' },
    { status: 'queued', attempts: 0, note: null },
  ]);
  const visitor = httpClient(copy.base);
  for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
  t.regex((await visitor.get('/conversations')).location ?? '', /^\/login/);
  const again = await administrator(copy.base);
  t.true((await again.get(`/conversations/${id}`)).text.includes('Przywrócono dane z kopii'));
  t.true((await again.get('/deliveries')).text.includes('Przywrócono dane z kopii'));
  await wait(1_000);
  t.is(office.relay.mails.length, 1, 'nothing goes out by itself');

  const { id: delivery } = await copy.scope.db('deliveries').where({ status: 'unknown' }).first('id');
  await again.get(`/conversations/${id}`);
  await again.post(`/deliveries/${delivery}/attempts`);
  await until('a person may send it again', () => office.relay.mails.length === 2);
});
