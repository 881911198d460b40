import test from 'ava';
import { addAgent, logIn } from '../support/accounts.ts';
import { httpClient } from '../support/http-client.ts';
import { administratorOf } from '../support/mailboxes.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('an administrator looks up a person, takes a copy for her, and deletes all of it after typing the address once more; the audit says so without her address', async (t) => {
  const office = await officeFor(t);
  const { scope, base } = office;
  await office.mail({ from: 'ewa@klientka.test', subject: 'Moja <b>sprawa</b>', name: 'Ewa' });
  await office.mail({ from: 'jan@klient.test', subject: 'Inna' });
  await until('both are here', async () => (await scope.db('conversations')).length === 2);
  const { id } = await scope.db('conversations').whereLike('subject', 'Moja%').first('id');
  t.is((await office.api('POST', `/conversations/${id}/messages`, { kind: 'note', text: 'Tylko dla nas' })).status, 201);
  const admin = await administratorOf(office);
  t.regex((await admin.get('/erasures')).text, /href="\/erasures"[\s\S]*<h1>Dane osoby/);
  const wrong = await admin.post('/erasures', { address: 'nie adres' });
  t.deepEqual([wrong.status, wrong.text.includes('value="nie adres"')], [422, true]);
  const found = (await admin.post('/erasures', { address: 'EWA@klientka.test' })).text;
  t.regex(found, /Ewa[\s\S]*ewa@klientka\.test[\s\S]*1 rozmowa\.[\s\S]*Usuń na dobre[\s\S]*Kopie zapasowe/);
  t.regex((await admin.post('/erasures', { address: 'nikt@klient.test' })).text, /0 rozmów\./);

  const copy = await admin.post('/erasures/copy', { address: 'ewa@klientka.test' });
  t.regex(String(copy.headers.get('content-disposition')), /dane-ewa@klientka\.test\.json/);
  const read = JSON.parse(copy.text);
  t.deepEqual(
    read.conversations.map((one: { subject: string; messages: unknown[] }) => [one.subject, one.messages.length]),
    [['Moja <b>sprawa</b>', 1]],
  );
  t.false(copy.text.includes('Tylko dla nas') || copy.text.includes('jan@klient.test'));

  const other = await admin.post('/erasures/removal', { address: 'ewa@klientka.test', again: 'jan@klient.test' });
  t.deepEqual([other.status, other.text.includes('To inny adres.'), other.text.includes('1 rozmowa.')], [422, true, true]);
  t.is((await admin.post('/erasures/removal', { address: 'ewa@klientka.test', again: 'ewa@klientka.test' })).location, '/erasures');
  t.regex((await admin.get('/erasures')).text, /Usuwanie trwa/);
  await until('she is gone', async () => (await scope.db('identities').where({ address: 'ewa@klientka.test' })).length === 0);
  t.deepEqual(await scope.db('conversations').pluck('subject'), ['Inna']);
  await until('it is in the audit', async () => (await admin.get('/audit')).text.includes('Usunięcie danych osoby na dobre'));
  t.deepEqual(
    (await scope.db('audit_entries')).filter(({ data }) => data.includes('klientka')),
    [],
  );

  await addAgent(scope, 'Jan');
  const jan = httpClient(base);
  await logIn(jan, 'jan@firma.example');
  await jan.get('/conversations');
  for (const path of ['/erasures', '/erasures/removal', '/erasures/copy'])
    t.is((await jan.post(path, { address: 'jan@klient.test', again: 'jan@klient.test' })).status, 403, path);
  t.is((await jan.get('/erasures')).status, 403);
});
