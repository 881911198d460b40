import test from 'ava';
import { simpleParser } from 'mailparser';
import type { Page } from 'playwright-core';
import { startApp } from '../support/app.ts';
import { openBrowser, openWindow, picture } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { startPostfix } from '../support/postfix.ts';
import { swaks } from '../support/swaks.ts';
import { until } from '../support/until.ts';

const JAN = 'jan@klient.test';
const BIURO = 'biuro@firma.test';

async function setUp(page: Page, setupUrl: string, relay: string): Promise<void> {
  await page.goto(setupUrl);
  await picture(page, 'setup-company');
  await page.getByLabel('Nazwa firmy').fill('Firma Testowa');
  await page.getByLabel('Imię').fill('Anna');
  await page.getByLabel('Nazwisko').fill('Kowal');
  await page.getByLabel('Twój adres e-mail').fill('anna@firma.test');
  await page.getByLabel('Hasło', { exact: true }).fill('tajne haslo Anny 1');
  await page.getByLabel('Powtórz hasło').fill('tajne haslo Anny 1');
  await page.getByRole('button', { name: 'Dalej' }).click();
  await page.getByLabel('Adres skrzynki').fill(BIURO);
  await page.getByLabel('Nazwa skrzynki').fill('Biuro');
  await page.locator('input[name=relayUrl]').fill('smtp://127.0.0.1:1');
  await page.getByRole('button', { name: 'Sprawdź i zapisz' }).click();
  await page.getByText('Serwer odrzuca połączenia').or(page.locator('.error')).first().waitFor();
  await picture(page, 'setup-inbox-refused');
  await page.locator('input[name=relayUrl]').fill(relay);
  await page.getByRole('button', { name: 'Sprawdź i zapisz' }).click();
  await page.waitForURL('**/conversations');
}

test('from first start to the answered customer whose reply joins, with the mouse and a real mail server on the way', async (t) => {
  const smtpPort = await freePort();
  const postfix = await startPostfix({ address: JAN, handsOver: { domain: 'firma.test', port: smtpPort } });
  t.teardown(postfix.stop);
  const app = await startApp(t, { admin: false, env: { CENTRALA_SMTP_PORT: String(smtpPort) } });
  const browser = await openBrowser(t);
  const { page, complaints } = await openWindow(browser);
  await setUp(page, app.setupUrl ?? '', `smtp://127.0.0.1:${postfix.port}`);

  // The customer writes; the open list shows it without a reload.
  await page.getByText('Wszystko odpisane').waitFor();
  await swaks({
    from: JAN,
    to: BIURO,
    port: postfix.port,
    headers: ['From: Jan Żółkiewski <jan@klient.test>', 'Subject: Kiedy otrzymam zamówiony produkt?', 'Message-Id: <pierwszy@klient.test>'],
    body: 'Dzień dobry,\n\nzamówienie 17/2026 złożyłem w poniedziałek. Kiedy je otrzymam?\n\nJan',
  });
  const row = page.locator('#rows a', { hasText: 'Kiedy otrzymam zamówiony produkt?' });
  await row.waitFor();
  await page.getByText('Wszystko odpisane').waitFor({ state: 'detached' });
  await picture(page, 'list');

  // The agent opens, reads and answers in the editor.
  await row.click();
  await page.locator('.msg.inbound', { hasText: 'zamówienie 17/2026' }).waitFor();
  await page.locator('#composer [contenteditable=true]').click();
  await page.keyboard.type('Dzień dobry, paczka wyjdzie jutro.');
  await page
    .locator('#composer input[type=file]')
    .setInputFiles({ name: 'list przewozowy żółty.txt', mimeType: 'text/plain', buffer: Buffer.from('nadano') });
  await picture(page, 'conversation');
  await page.getByRole('button', { name: /^Wyślij/ }).click();
  await page.locator('.msg.outbound', { hasText: 'paczka wyjdzie jutro' }).waitFor();

  // The customer's server got a correct mail.
  await until("the answer is in the customer's mailbox", () => postfix.delivered() === 1, 20_000);
  const answer = await simpleParser(postfix.mails()[0] ?? '');
  t.deepEqual(answer.from?.value, [{ address: BIURO, name: answer.from?.value[0]?.name ?? '' }]);
  t.regex(answer.from?.text ?? '', /Anna Kowal/);
  t.is(answer.inReplyTo, '<pierwszy@klient.test>');
  t.deepEqual([answer.references].flat(), ['<pierwszy@klient.test>']);
  t.regex(answer.messageId ?? '', /^<[a-z0-9]{20,}@firma\.test>$/);
  t.regex(answer.text ?? '', /paczka wyjdzie jutro/);
  t.regex(String(answer.html), /paczka wyjdzie jutro/);
  t.deepEqual(
    answer.attachments.map(({ filename, content }) => [filename, content.toString()]),
    [['list przewozowy żółty.txt', 'nadano']],
  );
  const replyTo = answer.replyTo?.value[0]?.address ?? '';
  t.regex(replyTo, /^biuro\+r\.[a-z0-9]{20,}@firma\.test$/);
  await page
    .locator('.msg.outbound')
    .getByText(/wysłan|przyjęta/i)
    .first()
    .waitFor();

  // His reply joins, first by its headers, then, without them, by our reply address; a stranger's does not join silently.
  await swaks({
    from: JAN,
    to: BIURO,
    port: postfix.port,
    headers: ['From: jan@klient.test', 'Subject: Re: Kiedy', `In-Reply-To: ${answer.messageId}`],
    body: 'Dziękuję, czekam.',
  });
  await page.locator('.msg.inbound', { hasText: 'Dziękuję, czekam.' }).waitFor();
  await swaks({
    from: JAN,
    to: replyTo,
    port: postfix.port,
    headers: ['From: jan@klient.test', 'Subject: Jeszcze jedno'],
    body: 'I proszę o fakturę.',
  });
  await page.locator('.msg.inbound', { hasText: 'I proszę o fakturę.' }).waitFor();
  await swaks({
    from: 'obcy@gdzies.test',
    to: replyTo,
    port: postfix.port,
    headers: ['From: obcy@gdzies.test', 'Subject: Ja też'],
    body: 'Wtrącam się.',
  });
  const stranger = page.locator('.msg.inbound', { hasText: 'Wtrącam się.' });
  await stranger.waitFor();
  t.is(await page.locator('.msg.inbound .is-warn').count(), 1, 'the stranger is marked');

  t.is((await app.scope.db('conversations')).length, 1);
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource/.test(text)),
    [],
  );
});
