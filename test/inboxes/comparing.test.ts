import test, { type ExecutionContext } from 'ava';
import { createApiKey } from '../../core/api-keys/api-keys.ts';
import { openImap } from '../../plugins/email/mailbox/imap-client.ts';
import { startPeer } from '../../plugins/email/test/smtp-peer.ts';
import { addAgent } from '../support/accounts.ts';
import { startApp } from '../support/app.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../support/dovecot.ts';
import { accountForm, administratorOf, choosePlaces, tryMailbox, whenTried } from '../support/mailboxes.ts';
import { planOf } from '../support/queries.ts';
import { until } from '../support/until.ts';

const ACCOUNT = 'biuro@firma.test';
const mail = (subject: string): string => `From: jan@klient.test\r\nSubject: ${subject}\r\n\r\n${subject}\r\n`;

/** An office whose mailbox has three messages, all of them fetched, and the page of that mailbox. */
async function connected(t: ExecutionContext<unknown>) {
  const [dovecot, peer] = [await startDovecot([ACCOUNT]), await startPeer()];
  t.teardown(dovecot.stop);
  t.teardown(peer.stop);
  const app = await startApp(t);
  const admin = await administratorOf(app);
  for (const subject of ['Umowa', 'Faktura', 'Reklamacja']) dovecot.deliver(ACCOUNT, mail(subject));
  const trial = await tryMailbox(admin, accountForm({ dovecot, peer }, ACCOUNT));
  await whenTried(admin, trial);
  const path = (await choosePlaces(admin, trial, ['INBOX', 'Sent'], { extent: 'all' })).replace('?new', '');
  const { db } = app.scope;
  const fetched = () => db('raw_inbound').where('envelope', 'like', '%"folder":"INBOX"%').orderBy('id');
  await until('all is fetched', async () => (await fetched()).length === 3);
  return { dovecot, app, admin, path, db, fetched };
}

test('a mailbox is compared with its server message by message, and one that is missing is fetched and named', async (t) => {
  const { dovecot, app, admin, path, db, fetched } = await connected(t);
  const administrator = (await db('agents').where({ role: 'administrator' }).first('id')).id;
  const line = (text: string): string => (/<li><strong>INBOX<\/strong>: (.*?)<\/li>/.exec(text)?.[1] ?? '').replace(/<[^>]*>/g, '');
  const compare = async (): Promise<string> => {
    t.is((await admin.post(`${path}/comparison`)).location, path);
    return line((await admin.get(path)).text);
  };
  const id = Number(path.split('/').at(-1));
  const [{ key }, stranger] = [await createApiKey(app.scope, administrator, 'figures'), await addAgent(app.scope, 'Jan')];
  const { key: agentKey } = await createApiKey(app.scope, stranger, 'figures');
  const asked = async (method: string, by = key) => {
    const response = await fetch(`${app.base}/api/v1/inboxes/${id}/comparison`, { method, headers: { Authorization: `Bearer ${by}` } });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };
  t.regex((await admin.get(path)).text, /Jeszcze nie porównywano/);
  t.deepEqual((await asked('GET')).json, { inboxId: id, at: null, isRunning: false, folders: [] });
  const walks: { sql: string; bindings: readonly unknown[] }[] = [];
  const note = (query: { sql: string; bindings: readonly unknown[] }): void => {
    if (query.sql.includes('uidValidity')) walks.push(query);
  };
  db.on('query', note);
  t.is(await compare(), 'na serwerze 3, u nas 3, brakuje 0');
  db.removeListener('query', note);
  for (const { sql, bindings } of walks.slice(0, 1)) t.regex(await planOf(db, sql, bindings), /raw_inbound_numbered/);
  t.true(walks.length > 0);

  // As if the second had never been kept, while another program deletes the third.
  const [, second] = await fetched();
  await db('raw_inbound').where({ id: second.id }).update({ envelope: '{"source":"lost"}' });
  const other = await openImap(
    { imapHost: '127.0.0.1', imapPort: dovecot.port, imapSecurity: 'none', login: ACCOUNT, password: DOVECOT_PASSWORD },
    new AbortController().signal,
  );
  await other.mailboxOpen('INBOX');
  await other.messageDelete('3', { uid: true });
  await other.logout();
  t.is(await compare(), 'na serwerze 2, u nas 2, brakuje 0 · dociągnięto 1 · tylko u nas 1');
  const [{ missing, ...figures }] = (await asked('GET')).json.folders;
  t.deepEqual(figures, { path: 'INBOX', server: 2, here: 2, fetched: 1, gone: 1 });
  t.like(missing[0], { subject: 'Faktura' });
  t.deepEqual([(await asked('GET', agentKey)).status, (await asked('POST', agentKey)).status], [404, 404]);
  t.regex((await admin.get(path)).text, /dociągnięto teraz: 1[\s\S]*<li>Faktura <span class="muted">· jan@klient\.test/);
  await until('it is here again, once', async () => (await fetched()).at(-1)?.status === 'duplicate');
  t.like((await asked('POST')).json.folders[0], { server: 2, here: 2, fetched: 0, gone: 1 });
  t.is(line((await admin.get(path)).text), 'na serwerze 2, u nas 2, brakuje 0 · tylko u nas 1');
  t.false(dovecot.files(ACCOUNT).some((name) => /,.*S/.test(name)));
  t.is(line((await admin.get('/ledger')).text), 'na serwerze 2, u nas 2, brakuje 0 · tylko u nas 1');

  await dovecot.stop();
  t.is((await admin.post(`${path}/comparison`)).location, path);
  t.regex((await admin.get(path)).text, /Nie udało się porównać/);
  const failed = await asked('POST');
  t.deepEqual([failed.status, failed.json.code], [502, 'not_compared']);
});

test('a message that the server cannot read counts as missing, keeps no other from being fetched, and comes once it can be read', async (t) => {
  const { dovecot, admin, path, db, fetched } = await connected(t);
  // As if none of the three had ever been kept.
  for (const { id } of await fetched()) await db('raw_inbound').where({ id }).update({ envelope: '{"source":"lost"}' });
  dovecot.readable(ACCOUNT, 0, false);
  await admin.post(`${path}/comparison`);
  const { text } = await admin.get(path);
  t.regex(text, /INBOX<\/strong>: na serwerze 3, u nas 2, <span class="tag is-bad">brakuje 1<\/span> · dociągnięto 2/);
  t.true(text.includes('<li>wiadomość, której serwer nie pokazuje</li>'));
  for (const name of ['Faktura', 'Reklamacja']) t.true(text.includes(`<li>${name} <span`), name);
  t.regex(text, /Wciąż brakuje: 1\. [^<]*serwer nie potrafi ich odczytać/);
  t.regex((await admin.get('/ledger')).text, /brakuje 1/);
  await until('the others are here', async () => (await fetched()).length === 2);
  dovecot.readable(ACCOUNT, 0, true);
  await admin.post(`${path}/comparison`);
  t.regex((await admin.get(path)).text, /INBOX<\/strong>: na serwerze 3, u nas 3, brakuje 0 · dociągnięto 1/);
});
