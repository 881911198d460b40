import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, shot } from '../support/browser.ts';
import { loggedIn, logIn, officeFor } from '../support/office.ts';

const JAN = { from: 'jan@klient.test', name: 'Jan Lis', subject: 'Kiedy paczka?' };

/** A conversation with an answer that leaves tomorrow morning; `inMenu` looks at the menu from which that was chosen. */
async function scheduled(t: ExecutionContext, inMenu: (page: Page) => Promise<void> = async () => {}) {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await office.mail(JAN);
  await page.locator('#rows .row1').first().click();
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Przypominam o paczce.');
  await page.locator('.send .menu-button').click();
  await inMenu(page);
  await page.getByRole('button', { name: /^Jutro rano/ }).click();
  await page.locator('.msg.outbound .held', { hasText: 'Zaplanowana na' }).waitFor();
  return { office, page, complaints };
}

test('an answer is scheduled from the send menu, moved, and taken back into the composer', async (t) => {
  const { office, page, complaints } = await scheduled(t, async (menu) => {
    t.deepEqual(await seriousFindings(menu, 'the send menu'), []);
    await shot(menu, 'send-menu');
  });
  await page.locator('.held summary', { hasText: 'Zmień termin' }).click();
  t.deepEqual(await seriousFindings(page, 'a scheduled message'), []);
  await shot(page, 'scheduled');
  await page.locator('.held input[name=sendAtLocal]').fill('2027-03-01T09:30');
  await page.locator('.held .move button').click();
  await page.locator('.held time', { hasText: '1 mar 2027, 09:30' }).waitFor();
  await page.getByRole('button', { name: 'Wróć do szkicu' }).click();
  await page.locator('#composer .edit', { hasText: 'Przypominam o paczce.' }).waitFor();
  t.is(await page.locator('.msg.outbound').count(), 0);
  t.is(office.relay.mails.length, 0);
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource/.test(text)),
    [],
  );
});

test('an answer that is taken back is in the composer also when the page shows that it is gone before it hears what came of it', async (t) => {
  const { page } = await scheduled(t);
  await page.route('**/withdrawal', async (route) => {
    const response = await route.fetch();
    await page.locator('.msg.outbound').waitFor({ state: 'detached' });
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Wróć do szkicu' }).click();
  await page.locator('#composer .edit', { hasText: 'Przypominam o paczce.' }).waitFor();
  await page.getByText('Wysłanie cofnięte').first().waitFor();
});

test('a new message is scheduled for a typed time in English and sent at once after all', async (t) => {
  const office = await officeFor(t);
  const { page } = await openWindow(await openBrowser(t), { locale: 'en-GB' });
  await logIn(page, office.base);
  await page.goto(`${office.base}/conversations/new`);
  await page.locator('.language .menu-button').click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.locator('#to').fill('ola@klient.test');
  await page.locator('#subject').fill('Offer');
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Our offer is ready.');
  await page.locator('.send .menu-button').click();
  await shot(page, 'send-menu-new-en');
  await page.getByLabel('A time of your own').fill('2027-03-01T09:30');
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await page.locator('.held', { hasText: 'Scheduled for 1 Mar 2027, 09:30' }).waitFor();
  await page.goto(`${office.base}/deliveries`);
  await page.locator('.dstate', { hasText: 'scheduled' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.locator('.msg.outbound .sent .good').waitFor();
  t.is(office.relay.mails.length, 1);
});

test('a scheduled answer is a draft again when the conversation is marked as spam, and the bell says why', async (t) => {
  const { office, page } = await scheduled(t);
  await page.locator('#composer .edit').blur();
  await page.keyboard.press('!');
  await page.getByText('Przeniesiono do spamu').waitFor();
  await page.locator('.msg.outbound').waitFor({ state: 'detached' });
  t.deepEqual(await office.scope.db('deliveries'), []);
  await page.goto(`${office.base}/notifications`);
  await page.getByText('Zaplanowana odpowiedź nie wyszła, bo rozmowę oznaczono jako spam. Jej treść czeka w szkicu').first().waitFor();
  await shot(page, 'held-back-from-spam');
});

test('a moment typed by mistake never keeps the send button silent, nor a usual moment from counting', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { page, complaints } = await loggedIn(t, office);
  for (const path of ['/conversations/1', '/conversations/new']) {
    await page.goto(office.base + path);
    if (path.endsWith('new')) await page.locator('[name=moreTo]').fill('ola@klient.test');
    if (path.endsWith('new')) await page.locator('[name=subject]').fill('Oferta');
    await page.locator('.composer.rich .edit').fill('Już sprawdzam.');
    await page.locator('.composer details.split > summary').click();
    await page.locator('[name=sendAtLocal]').fill('2020-01-01T10:00');
    await page.keyboard.press('Escape');
    await page.locator('[name=sendAtLocal]').waitFor({ state: 'hidden' });
    await page.locator('[data-send]').click();
    await page.locator('.cproblem').waitFor({ timeout: 5000 });
  }
  await page.locator('[name=moreTo]').fill('');
  await page.locator('[data-send]').click();
  await page.locator('.cproblem', { hasText: 'odbiorcę' }).waitFor({ timeout: 5000 });
  await page.goto(`${office.base}/conversations/1`);
  await page.keyboard.press('h');
  await page.locator('[name=untilLocal]').fill('2020-01-01T10:00');
  await page.locator('.later button', { hasText: 'Jutro' }).first().click();
  await page.locator('.bar', { hasText: 'Rozmowa odłożona do' }).waitFor({ timeout: 5000 });
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource/.test(text)),
    [],
  );
});
