import test from 'ava';
import { startClamd } from '../../plugins/clamav/test/clamd.ts';
import { EICAR, letter } from '../../plugins/clamav/test/letters.ts';
import { multipart } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { administratorOf, employ } from '../support/person.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const FORM = { 'Sec-Fetch-Site': 'same-origin' };

test('with a real clamd a mail with a virus goes to spam, is marked, only an administrator who knows gets its file, and none is taken from anybody', async (t) => {
  const clamd = await startClamd();
  t.teardown(() => clamd.stop());
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: clamd.path } });
  for (const message of [letter({ subject: 'Faktura' }), letter({ subject: 'Opis', content: 'nic', filename: 'opis.txt' })])
    await deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message: message.toString() });
  await office.pump.idle();
  const rows = await office.scope.db('conversations').orderBy('id').select('id', 'status', 'spam_reason');
  t.like(rows[0], { status: 'closed', spam_reason: 'virus' });
  t.like(rows[1], { status: 'open', spam_reason: null });
  const [bad, good] = await office.scope.db('attachments').orderBy('id').pluck('id');
  const message = await office.scope.db('messages').orderBy('id').first('id');

  const { items } = (await office.api('GET', `/conversations/${rows[0].id}/messages`)).json as { items: { virus: unknown }[] };
  t.deepEqual(items[0]?.virus, { state: 'infected', name: 'Eicar-Test-Signature.UNOFFICIAL' });
  t.like(await office.api('GET', `/attachments/${bad}`), { status: 403, json: { code: 'attachment_infected' } });
  t.like(await office.api('GET', `/messages/${message.id}/raw`), { status: 403, json: { code: 'attachment_infected' } });

  const [admin, agent] = [await administratorOf(office), await employ(office, 'Bea')];
  for (const [who, path, status] of [
    [agent, `/attachments/${bad}`, 403],
    [agent, `/attachments/${bad}?inline=1`, 403],
    [agent, `/attachments/${bad}?infected=1`, 403],
    [agent, `/messages/${message.id}/raw?infected=1`, 403],
    [agent, `/messages/${message.id}/source`, 200],
    [agent, `/attachments/${good}`, 200],
    [admin, `/attachments/${bad}`, 403],
    [admin, `/attachments/${bad}?infected=1`, 200],
  ] as const)
    t.is((await who.web.get(path)).status, status, path);
  await until('who took it is in the audit', async () => (await admin.web.get('/audit')).text.includes('Pobranie pliku z wirusem'));
  const page = (await agent.web.get(`/conversations/${rows[0].id}?folder=spam`)).text;
  t.true(page.includes('Zawiera wirusa: Eicar-Test-Signature.UNOFFICIAL'));
  t.false(page.includes(`href="/attachments/${bad}`));
  t.true((await admin.web.get(`/conversations/${rows[0].id}?folder=spam`)).text.includes(`href="/attachments/${bad}?infected=1"`));

  await admin.web.get('/files');
  const upload = (content: string) =>
    admin.web.send('POST', '/files', multipart({ _csrf: admin.web.csrf() }, [new File([content], 'cennik.txt')]), FORM);
  const refused = await upload(EICAR);
  t.is(refused.status, 422);
  t.regex(refused.text, /W pliku jest wirus/);
  t.is((await upload('cennik')).status, 303);
  t.deepEqual(await office.scope.db('files').pluck('bytes'), [6]);

  const note = (contentBase64: string) => ({
    kind: 'note',
    text: 'zobacz',
    attachments: [{ filename: 'a.txt', contentType: 'text/plain', contentBase64 }],
  });
  const tried = await office.api('POST', '/conversations/2/messages', note(Buffer.from(EICAR).toString('base64')));
  t.like(tried, { status: 422, json: { code: 'file_infected' } });
  t.is((await office.api('POST', '/conversations/2/messages', note('bmlj'))).status, 201);
});

test('while clamd is away mail comes in unscanned and says so', async (t) => {
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: '127.0.0.1:1' } });
  await office.mail({ from: 'jan@klient.test', subject: 'Pralka' });
  await office.pump.idle();
  t.like(await office.scope.db('raw_inbound').first(), { status: 'received', virus_state: 'unscanned', virus_name: null });
  const admin = await administratorOf(office);
  t.true((await admin.web.get('/conversations/1')).text.includes('Jeszcze nie sprawdzono, czy są tu wirusy'));
  t.true((await admin.web.get('/outgoing')).text.includes('szukanie wirusów'));
});
