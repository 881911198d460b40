import test from 'ava';
import { seriousFindings, tooWide } from '../support/axe.ts';
import { PHONE, shot, WIDE } from '../support/browser.ts';
import { BIURO, loggedIn, type Office, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

type Test = Parameters<typeof officeFor>[0];

const machineMail = (t: Test, office: Office, from: string, subject: string, ...fields: string[]) =>
  deliver(t, office.smtpPort, {
    from,
    to: [BIURO],
    message: [`From: <${from}>`, `To: ${BIURO}`, `Subject: ${subject}`, ...fields, '', 'Tekst', ''].join('\r\n'),
  });

/** A multipart/report as mail programs (RFC 8098) and providers (RFC 5965) send it. */
const report = (type: string, part: string, fields: readonly string[], id: string): string =>
  [
    ...['From: <jan@klient.test>', `To: ${BIURO}`, 'Subject: report', 'MIME-Version: 1.0'],
    ...[`Content-Type: multipart/report; report-type=${type}; boundary=b`, '', '--b', 'Content-Type: text/plain', '', 'report', '--b'],
    ...[
      `Content-Type: message/${part}`,
      '',
      ...fields,
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: ${id}`,
      '',
      '--b--',
      '',
    ],
  ].join('\r\n');
const receipt = (id: string): string =>
  report(
    'disposition-notification',
    'disposition-notification',
    ['Final-Recipient: rfc822; jan@klient.test', `Original-Message-ID: ${id}`, 'Disposition: manual-action/MDN-sent-manually; displayed'],
    id,
  );
const complaint = (id: string): string =>
  report('feedback-report', 'feedback-report', ['Feedback-Type: abuse', 'User-Agent: Provider/1.0', 'Version: 1'], id);

test('An agent sees which messages machines wrote', async (t) => {
  const office = await officeFor(t);
  await machineMail(t, office, 'jan@klient.test', 'Urlop', 'Auto-Submitted: auto-replied');
  await machineMail(t, office, 'lista@klient.test', 'Zebranie', 'List-Post: <mailto:lista@klient.test>');
  await office.mail({ from: 'ewa@klient.test', subject: 'Pytanie' });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').nth(2).waitFor();
  const row = (subject: string) => page.locator('#rows .row1', { hasText: subject });
  await row('Urlop').locator('[title="automatyczna odpowiedź"]').waitFor();
  await row('Zebranie').locator('[title="lista dyskusyjna"]').waitFor();
  t.is(await row('Pytanie').locator('.marks span[title]').count(), 0);
  await row('Zebranie').click();
  await page.locator('.msg .tag', { hasText: 'lista dyskusyjna' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'a list mail'), []);
  await shot(page, 'machines-wide');
  await office.scope.db('agents').update({ language: 'en' });
  await page.reload();
  await page.locator('.msg .tag', { hasText: 'mailing list' }).waitFor();
  await page.setViewportSize(PHONE);
  await shot(page, 'machines-phone');
  await office.scope.db('conversations').update({ status: 'closed' });
  await office.scope.db('agents').update({ language: 'pl' });
  await page.reload();
  await page.getByRole('button', { name: 'Otwórz ponownie' }).waitFor();
  t.deepEqual(await tooWide(page, 'a closed conversation with a mark'), []);
  t.deepEqual(complaints, []);
});

for (const [language, words] of Object.entries({
  pl: {
    on: 'Odpisuj automatycznie na nowe rozmowy',
    subject: 'Temat',
    text: 'Treść',
    save: 'Zapisz',
    hello: 'Dzień dobry, Anna Nowak,',
    mark: 'wysłana automatycznie',
    read: 'odczytana',
    complained: 'odbiorca zgłosił ją jako spam',
    looped: 'nasza własna wiadomość wróciła do tej skrzynki',
  },
  en: {
    on: 'Answer new conversations automatically',
    subject: 'Subject',
    text: 'Text',
    save: 'Save',
    hello: 'Hello Anna Nowak,',
    mark: 'sent automatically',
    read: 'read ',
    complained: 'the recipient reported it as spam',
    looped: 'a message of ours came back to this inbox',
  },
}))
  test(`An administrator switches confirmations on with a text of his own and a customer gets one (${language})`, async (t) => {
    const office = await officeFor(t);
    const { page, complaints } = await loggedIn(t, office);
    await office.scope.db('agents').update({ language });
    await page.goto(`${office.base}/acknowledgements`);
    t.deepEqual(await seriousFindings(page, 'the list of confirmations'), []);
    await shot(page, `acknowledgements-${language}`);
    await page.goto(`${office.base}/acknowledgements/1?language=${language}`);
    await page.locator('#preview', { hasText: words.hello }).waitFor();
    await page.getByLabel(words.on).check();
    await page.getByLabel(words.subject, { exact: true }).fill('Mamy: {{ conversation.number }}');
    await page.locator('#preview', { hasText: 'Mamy: 1234' }).waitFor();
    t.deepEqual(await seriousFindings(page, 'the form of a confirmation'), []);
    for (const [name, viewport, colorScheme] of [
      ['wide', WIDE, 'light'],
      ['phone', PHONE, 'dark'],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await shot(page, `acknowledgement-${language}-${name}`);
      t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), name);
    }
    await page.setViewportSize(WIDE);
    await page.getByRole('button', { name: words.save }).click();
    await page.waitForURL('**/acknowledgements');
    await office.mail({ from: 'jan@klient.test', name: 'Jan Żak', subject: 'Pralka' });
    const mail = await until('the confirmation went out', () => office.relay.mails[0]);
    t.is(mail.from, '');
    await page.goto(`${office.base}/conversations`);
    await page.locator('#rows .row1', { hasText: 'Pralka' }).click();
    await page.locator('.msg.outbound .tag', { hasText: words.mark }).waitFor();
    await deliver(t, office.smtpPort, { from: '', to: [BIURO], message: mail.data });
    await page.locator('.bar', { hasText: words.looped }).waitFor();
    const id = /^Message-ID: (<[^>]+>)/im.exec(mail.data)?.[1] ?? '';
    for (const message of [receipt(id), complaint(id)]) await deliver(t, office.smtpPort, { from: '', to: [BIURO], message });
    const state = page.locator('.msg.outbound .sent');
    await state.getByText(words.read).waitFor();
    await state.getByText(words.complained).waitFor();
    await shot(page, `acknowledged-${language}`);
    t.deepEqual(await seriousFindings(page, 'a confirmed conversation'), []);
    t.deepEqual(complaints, []);
  });

test('An administrator sees on every page that confirmations are paused, and lets them go on', async (t) => {
  const office = await officeFor(t);
  const { page } = await loggedIn(t, office);
  const at = office.scope.now().toISOString();
  await office.scope.db('settings').insert({ key: 'acknowledgements.paused_at', value: at, updated_at: at });
  await office.scope.db('events').insert({
    type: 'settings.changed',
    data: '{"key":"acknowledgements.paused_at"}',
    actor: '{"kind":"system","task":"test"}',
    created_at: at,
  });
  await until('the notice', async () => {
    await page.goto(`${office.base}/inboxes`);
    return (await page.getByText('są wstrzymane, bo było ich podejrzanie dużo').count()) > 0;
  });
  await shot(page, 'paused-notice');
  await page.getByRole('link', { name: 'Zobacz Ustawienia' }).click();
  await page.getByText('Automatyczne potwierdzenia są wstrzymane od').waitFor();
  await shot(page, 'paused');
  t.deepEqual(await seriousFindings(page, 'paused confirmations'), []);
  await page.getByRole('button', { name: 'Wznów wysyłanie' }).click();
  await page.getByText('są znowu wysyłane').waitFor();
  await until('the notice is gone', async () => {
    await page.goto(`${office.base}/inboxes`);
    return (await page.getByText('są wstrzymane, bo').count()) === 0;
  });
  t.pass();
});

test('An agent sees that an answer has another subject, and where else a mail to two inboxes came', async (t) => {
  const office = await officeFor(t);
  const relay = `smtp://127.0.0.1:${office.relay.port}`;
  await office.api('POST', '/inboxes', { channel: 'email', name: 'Serwis', address: 'serwis@firma.test', relay });
  const write = (to: string[], subject: string, ...fields: string[]) =>
    deliver(t, office.smtpPort, {
      from: 'jan@klient.test',
      to,
      message: [`From: Jan <jan@klient.test>`, `To: ${to.join(', ')}`, `Subject: ${subject}`, ...fields, '', 'Tekst', ''].join('\r\n'),
    });
  await write([BIURO, 'serwis@firma.test'], 'Awaria pralki', 'Message-ID: <one@klient.test>');
  await until('both copies', async () => (await office.scope.db('messages')).length === 2);
  await write([BIURO], 'Faktura grudniowa', 'Message-ID: <two@klient.test>', 'In-Reply-To: <one@klient.test>');
  await until('the answer', async () => (await office.scope.db('messages')).length === 3);
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  await page.getByText('Inny temat niż rozmowa: „Faktura grudniowa”').waitFor();
  await shot(page, 'doubt');
  t.deepEqual(await seriousFindings(page, 'a conversation in doubt'), []);
  await page.getByRole('link', { name: 'Serwis #2' }).click();
  await page.waitForURL('**/conversations/2');
  await page.getByRole('link', { name: 'Biuro #1' }).waitFor();
  await office.scope.db('agents').update({ language: 'en' });
  await page.goto(`${office.base}/conversations/1`);
  await page.getByText('Another subject than the conversation’s: “Faktura grudniowa”').waitFor();
  await page.getByText('The same message also came to:').waitFor();
  await page.getByRole('button', { name: 'Split off into a new conversation' }).click();
  await page.waitForURL('**/conversations/3');
  await page.locator('#thead', { hasText: 'Faktura grudniowa' }).waitFor();
  t.is(await page.getByText('Another subject than').count(), 0);
  // The page that he leaves hears of the change, too, while the next one is still on its way: it is asked for once.
  let askedFor = 0;
  await page.route('**/conversations/1', async (route) => {
    askedFor += 1;
    if (askedFor === 1) await refreshed;
    await route.continue();
  });
  const refreshed = page.waitForResponse((answer) => answer.url().includes('/conversations/3/messages'));
  await page.locator('.toast-undo').click();
  await page.waitForURL('**/conversations/1');
  t.is(askedFor, 1);
  t.deepEqual(complaints, []);
});
