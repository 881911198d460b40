import { text } from 'node:stream/consumers';
import test from 'ava';
import { fromBufferPromise } from 'yauzl';
import { addAgent, logIn } from '../support/accounts.ts';
import { httpClient } from '../support/http-client.ts';
import { administratorOf } from '../support/mailboxes.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

/** Of Ewa, with a file that has an evil name. */
const WITH_FILE = [
  'From: Ewa <ewa@klientka.test>',
  `To: ${BIURO}`,
  'Subject: Z plikiem',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=B',
  '',
  '--B',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'W załączeniu umowa',
  '--B',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Disposition: attachment; filename="../../umowa.txt"',
  '',
  'treść umowy',
  '--B--',
  '',
].join('\r\n');

/** The files of a ZIP archive by their names. */
async function unzipped(bytes: Buffer): Promise<Readonly<Record<string, string>>> {
  const zip = await fromBufferPromise(bytes);
  const files: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) files[entry.fileName] = await text(await zip.openReadStreamPromise(entry));
  return files;
}

test('an administrator looks up a person, takes a copy for her, and deletes all of it after typing the address once more; the audit says so without her address', async (t) => {
  const office = await officeFor(t);
  const { scope, base } = office;
  await office.mail({ from: 'ewa@klientka.test', subject: 'Moja <b>sprawa</b>', name: 'Ewa' });
  await office.mail({ from: 'jan@klient.test', subject: 'Inna' });
  await deliver(t, office.smtpPort, { from: 'ewa@klientka.test', to: [BIURO], message: WITH_FILE });
  await until('all are here', async () => (await scope.db('conversations')).length === 3);
  const { id } = await scope.db('conversations').whereLike('subject', 'Moja%').first('id');
  t.is((await office.api('POST', `/conversations/${id}/messages`, { kind: 'note', text: 'Tylko dla nas' })).status, 201);
  const admin = await administratorOf(office);
  t.regex((await admin.get('/erasures')).text, /href="\/erasures"[\s\S]*<h1>Dane osoby/);
  const wrong = await admin.post('/erasures', { address: 'nie adres' });
  t.deepEqual([wrong.status, wrong.text.includes('value="nie adres"')], [422, true]);
  const found = (await admin.post('/erasures', { address: 'EWA@klientka.test' })).text;
  t.regex(found, /Ewa[\s\S]*ewa@klientka\.test[\s\S]*2 rozmowy\.[\s\S]*Usuń na dobre[\s\S]*Kopie zapasowe/);
  t.regex((await admin.post('/erasures', { address: 'nikt@klient.test' })).text, /0 rozmów\./);

  const copy = await admin.post('/erasures/copy', { address: 'ewa@klientka.test' });
  t.regex(String(copy.headers.get('content-disposition')), /dane-ewa@klientka\.test\.zip/);
  const files = await unzipped(copy.bytes);
  const other = await scope.db('conversations').where({ subject: 'Z plikiem' }).first('id');
  const [attachment] = await scope.db('attachments').pluck('id');
  const file = `${other.id}/${attachment}-umowa.txt`;
  t.deepEqual(Object.keys(files), ['dane.json', `${id}/wiadomosci.txt`, `${other.id}/wiadomosci.txt`, file]);
  const read = JSON.parse(files['dane.json'] ?? '');
  t.deepEqual(
    read.conversations.map((one: { subject: string; messages: { files: { path: string }[] }[] }) => [
      one.subject,
      one.messages.map((message) => message.files.map(({ path }) => path)),
    ]),
    [
      ['Moja <b>sprawa</b>', [[]]],
      ['Z plikiem', [[file]]],
    ],
  );
  t.is(files[file]?.trim(), 'treść umowy');
  t.regex(
    String(files[`${other.id}/wiadomosci.txt`]),
    /Z plikiem\r\n[\s\S]*Ewa <ewa@klientka\.test> → [\s\S]*\r\nPlik: \d+-umowa\.txt\r\n\r\nW załączeniu umowa/,
  );
  const all = Object.values(files).join();
  t.false(all.includes('Tylko dla nas') || all.includes('jan@klient.test'));

  const wrongAgain = await admin.post('/erasures/removal', { address: 'ewa@klientka.test', again: 'jan@klient.test' });
  t.deepEqual([wrongAgain.status, wrongAgain.text.includes('To inny adres.'), wrongAgain.text.includes('2 rozmowy.')], [422, true, true]);
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
