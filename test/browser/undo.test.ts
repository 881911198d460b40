import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, shot } from '../support/browser.ts';
import { loggedIn, logIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const JAN = { from: 'jan@klient.test', name: 'Jan Lis', subject: 'Kiedy paczka?' };

test('an answer is taken back by its toast, after a reload by keyboard, and is then sent once', async (t) => {
  const office = await officeFor(t, { undoSeconds: 60 });
  const { page, complaints } = await loggedIn(t, office);
  await office.mail(JAN);
  await page.locator('#rows .row1').first().click();
  const edit = page.locator('#composer .edit');
  await edit.click();
  await page.keyboard.type('Dzień dobry, paczka jutro.');
  await page
    .locator('#composer input[type=file]')
    .setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('nadano') });
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound .held').waitFor();
  await page.locator('.toast-note [data-left]', { hasText: /^\d+ s$/ }).waitFor();
  t.deepEqual(await seriousFindings(page, 'a message that can be taken back'), []);
  await shot(page, 'undo');

  await edit.click();
  await page.keyboard.type('Jeszcze jedno.');
  await page.locator('.toast-undo').click();
  await page.locator('.msg.outbound').waitFor({ state: 'detached' });
  await page.locator('#composer .pill.kept', { hasText: 'list.txt' }).waitFor();
  await page.locator('#composer .edit', { hasText: 'paczka jutro' }).waitFor();
  t.regex(await edit.innerText(), /paczka jutro\.[\s\S]*Jeszcze jedno\./);
  t.is(await page.locator('.toast-note .toast-undo').count(), 0);
  t.deepEqual(await seriousFindings(page, 'a draft that came back with a file'), []);
  await shot(page, 'undone');

  // Taken back by the key, it is offered by no button any more.
  await edit.click();
  await page.keyboard.press('Control+Enter');
  await page.locator('.toast-undo').waitFor();
  await page.keyboard.press('z');
  await page.locator('.toast-note', { hasText: 'Wysłanie cofnięte' }).last().waitFor();
  await page.locator('.toast-undo').waitFor({ state: 'detached', timeout: 3000 });

  await edit.click();
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound .held').waitFor();
  await page.reload();
  await page.locator('.msg.outbound .held').waitFor();
  await page.keyboard.press('z');
  await page.locator('.msg.outbound').waitFor({ state: 'detached' });
  await page.locator('#composer .edit', { hasText: 'paczka jutro' }).waitFor();

  await page.goto(`${office.base}/settings`);
  await page.getByLabel('Nazwa firmy').fill('Firma');
  await page.getByLabel('Czas na cofnięcie wysłania').fill('0');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.getByText('Zapisano').waitFor();
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('#composer .edit', { hasText: 'paczka jutro' }).waitFor();
  await page.locator('[data-send]').click();
  await page.locator('.msg.outbound .sent .good').waitFor();
  t.is(office.relay.mails.length, 1);
  t.regex(office.relay.mails[0]?.data ?? '', /list\.txt/);
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource/.test(text)),
    [],
  );
});

test('without JavaScript an answer is sent, taken back and sent again by plain forms', async (t) => {
  const office = await officeFor(t, { undoSeconds: 60 });
  await office.mail(JAN);
  const browser = await openBrowser(t);
  const { context } = await openWindow(browser, { locale: 'en-GB' });
  await logIn(await context.newPage(), office.base);
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const page = await plain.newPage();
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('#composer textarea').fill('Paczka jutro.');
  await page.locator('[data-send]').click();
  await page.locator('.toast-undo').click();
  await page.waitForURL('**/conversations/1');
  t.is(await page.locator('.msg.outbound').count(), 0);
  t.is(await page.locator('#composer textarea').inputValue(), 'Paczka jutro.');
  await page.locator('[data-send]').click();
  await page.locator('.held button').click();
  t.is(await page.locator('#composer textarea').inputValue(), 'Paczka jutro.');
  t.is((await office.scope.db('deliveries')).length, 0);
});

test('sending and closing is undone as one step, from the list where it left the agent', async (t) => {
  const office = await officeFor(t, { undoSeconds: 60 });
  const { page } = await loggedIn(t, office);
  await office.mail(JAN);
  await page.locator('#rows .row1').first().click();
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Gotowe.');
  await page.locator('.send .menu-button').click();
  await page.getByRole('button', { name: 'Wyślij i zamknij rozmowę' }).click();
  await page.locator('.facts .is-quiet', { hasText: 'zamknięta' }).waitFor();
  await page.keyboard.press('u');
  await page.locator('#composer').waitFor({ state: 'detached' });
  await page.locator('.toast-undo').click();
  await page.waitForURL('**/conversations/1');
  await page.locator('#composer .edit', { hasText: 'Gotowe.' }).waitFor();
  await page.locator('.facts .is-good', { hasText: 'otwarta' }).waitFor();
  await until('nothing waits', async () => (await office.scope.db('deliveries')).length === 0);
});
