import { join } from 'node:path';
import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { silentLog } from '../../core/lib/log.ts';
import type { RunningScanner } from '../../core/plugins/contract.ts';
import { rescanFiles } from '../../core/viruses/rescan-files.ts';
import { scan } from '../../plugins/clamav/client/scan.ts';
import { STREAM_MAX_BYTES, startClamd } from '../../plugins/clamav/test/clamd.ts';
import { EICAR, letter } from '../../plugins/clamav/test/letters.ts';
import { multipart } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { administratorOf, employ } from '../support/person.ts';
import { deliver } from '../support/smtp-client.ts';
import { tempDir } from '../support/temp-dir.ts';
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

test('a file too large for clamd is taken, and says at the message and among the files that it was not scanned, in both languages', async (t) => {
  const clamd = await startClamd();
  t.teardown(() => clamd.stop());
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: clamd.path } });
  await office.mail({ from: 'jan@klient.test', subject: 'Pralka' });
  await office.pump.idle();
  const large = Buffer.alloc(STREAM_MAX_BYTES + 300_000, 'x');
  const agent = await employ(office, 'Bea');
  await agent.web.get('/files');
  const form = multipart({ _csrf: agent.web.csrf() }, [new File([large], 'duzy.txt'), new File(['cennik'], 'cennik.txt')]);
  t.is((await agent.web.send('POST', '/files', form, FORM)).status, 303);
  const attachments = [
    { filename: 'duzy.txt', contentType: 'text/plain', contentBase64: large.toString('base64') },
    { filename: 'maly.txt', contentType: 'text/plain', contentBase64: Buffer.from('maly').toString('base64') },
  ];
  t.is((await office.api('POST', '/conversations/1/messages', { kind: 'reply', text: 'Oto cennik', attachments })).status, 201);
  await until('it is on its way', () => office.relay.mails.length === 1);
  for (const [language, marked, ofMessage, ofFile] of [
    ['pl', 'niesprawdzony: za duży', 'plik jest za duży dla skanera', 'jest za duży dla skanera. Można go wysłać.'],
    ['en', 'not scanned: too large', 'a file is too large for the scanner', 'it is too large for the scanner. It can be sent.'],
  ] as const) {
    await office.scope.db('agents').update({ language });
    const [talk, list, one] = await Promise.all(['/conversations/1', '/files', '/files/1'].map((path) => agent.web.get(path)));
    for (const page of [talk, list, one]) t.is(page?.text.split(marked).length, 2, `once, at its own file: ${marked}`);
    t.true(talk?.text.includes(ofMessage));
    t.true(one?.text.includes(ofFile));
  }
});

test('the original of what could not be read, and so was scanned by nobody, is scanned when somebody wants to download it', async (t) => {
  const clamd = await startClamd();
  t.teardown(() => clamd.stop());
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: clamd.path } });
  const letters = [letter({ subject: 'Faktura' }), letter({ subject: 'Opis', content: 'nic', filename: 'opis.txt' })];
  for (const message of letters) await deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message: message.toString() });
  await office.pump.idle();
  const unread = { status: 'failed', error: 'unreadable: damaged', judged_at: null, virus_state: null, virus_name: null };
  await office.scope.db('raw_inbound').update(unread);
  const admin = await administratorOf(office);
  t.true((await admin.web.get('/unreadable')).text.includes('href="/unreadable/1/raw"'));
  const refused = await admin.web.get('/unreadable/1/raw');
  t.is(refused.status, 403);
  t.true(refused.text.includes('Oryginał zostaje zapisany'), 'nobody is told to ask an administrator, who is one');
  t.is((await admin.web.get('/unreadable/2/raw')).status, 200);

  await clamd.stop();
  t.is((await admin.web.get('/unreadable/1/raw')).status, 200, 'a scanner that is away withholds nothing');
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

test('a file that is sent while clamd is away is scanned when it is back: then only an administrator who knows gets it, and one of the company nobody', async (t) => {
  const path = join(tempDir(t), 'sock');
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: path } });
  await office.mail({ from: 'jan@klient.test', subject: 'Pralka' });
  await office.pump.idle();
  const [admin, agent] = [await administratorOf(office), await employ(office, 'Bea')];
  await agent.web.get('/files');
  const upload = () => agent.web.send('POST', '/files', multipart({ _csrf: agent.web.csrf() }, [new File([EICAR], 'cennik.txt')]), FORM);
  t.is((await upload()).status, 303);
  const answered = await office.api('POST', '/conversations/1/messages', {
    ...{ kind: 'reply', text: 'Oto cennik' },
    attachments: [{ filename: 'cennik.txt', contentType: 'text/plain', contentBase64: Buffer.from(EICAR).toString('base64') }],
  });
  t.is(answered.status, 201);
  await until('it is on its way: work does not stop', () => office.relay.mails.length === 1);
  const [file] = await office.scope.db('attachments').pluck('id');
  for (const address of ['/conversations/1', '/files/1'])
    t.regex((await agent.web.get(address)).text, /Jeszcze nie sprawdzono, czy/, address);
  t.true((await agent.web.get('/conversations/1')).text.includes('Skaner wirusów teraz nie odpowiada.'));
  t.is((await agent.web.get(`/attachments/${file}`)).status, 200);

  const clamd = await startClamd({ path });
  t.teardown(() => clamd.stop());
  const settings = { hosts: [], maxBytes: 1_000_000, timeoutMs: 5_000 };
  const scanner: RunningScanner = {
    scan: (input, signal) => scan([clamd.host], settings, input, signal),
    health: () => ({ state: 'ok', problem: null, detail: null }),
    stop: async () => {},
  };
  const deps = { plugins: { scanners: () => [scanner] }, blobs: openBlobs(join(office.dataDir, 'blobs')) };
  t.is(await rescanFiles(office.scope, deps, silentLog, AbortSignal.timeout(20_000)), 1);

  const virus = { state: 'infected', name: 'Eicar-Test-Signature.UNOFFICIAL' };
  const { items } = (await office.api('GET', '/conversations/1/messages')).json as { items: { direction: string; virus: unknown }[] };
  t.deepEqual(items.find(({ direction }) => direction === 'outbound')?.virus, virus);
  t.like(await office.api('GET', `/attachments/${file}`), { status: 403, json: { code: 'attachment_infected' } });
  for (const [who, address, status] of [
    [agent, `/attachments/${file}`, 403],
    [agent, `/attachments/${file}?inline=1`, 403],
    [agent, `/attachments/${file}?infected=1`, 403],
    [admin, `/attachments/${file}`, 403],
    [admin, `/attachments/${file}?infected=1`, 200],
    [agent, '/files/1/content', 403],
    [admin, '/files/1/content?inline=1', 403],
    [admin, '/files/1/content?infected=1', 403],
  ] as const)
    t.is((await who.web.get(address)).status, status, address);
  const page = (await agent.web.get('/conversations/1')).text;
  t.regex(page, /Zawiera wirusa: Eicar-Test-Signature\.UNOFFICIAL/);
  t.regex(page, /Jeśli wiadomość już wyszła, ostrzeż odbiorców/);
  t.false(page.includes(`href="/attachments/${file}`));
  for (const address of ['/files', '/files/1', '/conversations/1/draft/files']) {
    const { text } = await agent.web.get(address);
    t.regex(text, /zatrzymany: wirus|nie można go pobrać ani wysłać/, address);
    t.false(/\/files\/1\/content|draft\/files\/1"/.test(text), address);
  }
  t.is((await agent.web.post('/conversations/1/draft/files/1', {})).status, 403);
  t.is((await upload()).status, 422, 'these bytes are known, whether a scanner answers or not');
});
