import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { connect } from '../../core/db/connect.ts';
import { centralaCommand } from '../support/cli.ts';
import { httpClient } from '../support/http-client.ts';
import { administrator, databaseUrl, newMachine, running } from '../support/machines.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('what was sent after the backup does not go out again once it is restored, what is due later waits on, and nobody stays logged in', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy odbiór?' });
  const { id } = await until('it is a conversation', async () => (await office.scope.db('conversations'))[0]);
  const admin = await administrator(office.base);
  const reply = async (text: string, inMs: number): Promise<number> => {
    const sendAt = new Date(Date.now() + inMs).toISOString();
    const sent = await office.api('POST', `/conversations/${id}/messages`, { kind: 'reply', text, sendAt });
    t.is(sent.status, 201, JSON.stringify(sent.json));
    return (sent.json as { id: number }).id;
  };
  const soon = await reply('Zaraz.', HOUR_MS);
  await reply('Jutro.', DAY_MS);
  const [known] = await office.scope.db('agents').select('id');
  const at = { created_at: new Date().toISOString(), expires_at: new Date(Date.now() + DAY_MS).toISOString() };
  const invited = { email: 'nowy@firma.test', first_name: 'Nowy', last_name: '', role: 'agent', status: 'active', language: 'pl' };
  const [guest] = await office.scope
    .db('agents')
    .insert({ ...invited, created_at: at.created_at })
    .returning('id');
  for (const [agent_id, token_hash] of [
    [known.id, 'link'],
    [guest.id, 'invitation'],
  ] as const)
    await office.scope.db('password_resets').insert({ agent_id, token_hash, ...at });
  const here = centralaCommand(office.dataDir, { url: databaseUrl(office), file: '' });
  t.is((await here(['backup'])).code, 0);
  t.is((await office.api('PUT', `/messages/${soon}/schedule`, { sendAt: null })).status, 200);
  await until('the first one left after the backup', () => office.relay.mails.length === 1);

  const machine = await newMachine(t, join(office.dataDir, 'backups'));
  t.is((await machine.cli(['restore', 'latest', '--key-file', join(office.dataDir, 'backup.key')])).code, 0);
  // As it would be hours later.
  const db = connect({ url: machine.url, file: join(machine.dir, 'centrala.sqlite') });
  await db('deliveries')
    .where({ message_id: soon })
    .update({ next_attempt_at: new Date(0).toISOString() });
  await db.destroy();
  const copy = await running(t, machine);
  const states = await copy.scope.db('deliveries').orderBy('id').select('status', 'attempts', 'note');
  t.deepEqual(states, [
    { status: 'unknown', attempts: 0, note: 'deliveries.note.restored' },
    { status: 'queued', attempts: 0, note: null },
  ]);
  const links = await copy.scope.db('password_resets').orderBy('id').select('token_hash', 'used_at');
  t.like(links, [{ token_hash: 'link' }, { token_hash: 'invitation', used_at: null }]);
  t.truthy(links[0].used_at, 'a link that may have been used since works no more');
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
