import test from 'ava';
import { createCanned } from '../../core/canned-responses/save.ts';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, PHONE, shot, WIDE } from '../support/browser.ts';
import { chatOn } from '../support/chat.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';
import { website } from '../support/website.ts';

test('a visitor and an agent talk live, a template is put in twice while he writes, and the next page goes on with the talk', async (t) => {
  const office = await officeFor(t, { undoSeconds: 10 });
  const site = await website(t, `${office.base}/widget.js`);
  const { page, complaints } = await loggedIn(t, office);
  await chatOn(office, { sites: [site] });
  const canned = { folder: '', subject: '', html: null };
  await createCanned(office.scope, null, {
    ...canned,
    channel: 'web-chat',
    name: 'Powitanie na czacie',
    text: 'Dzień dobry, w czym pomóc?',
  });
  await createCanned(office.scope, null, { ...canned, channel: 'web-chat', name: 'Godziny na czacie', text: 'Jesteśmy od 8 do 16.' });
  await createCanned(office.scope, null, { ...canned, channel: 'email', name: 'Powitanie pocztą', text: 'Z poważaniem' });
  await page.goto(`${office.base}/conversations`);

  const customer = await openWindow(await openBrowser(t));
  await customer.page.goto(site);
  await customer.page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = customer.page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.waitFor();
  t.false(await frame.getByLabel('Imię i nazwisko').isVisible(), 'the form is not in the way');
  await words.fill('Czy naprawiacie hulajnogi?');
  await shot(customer.page, 'chat-begin');
  await words.press('Enter');

  // The agent sees it come into the list, and answers with a template while the visitor goes on writing.
  await page.locator('#rows .row1', { hasText: 'Czy naprawiacie hulajnogi?' }).click();
  const answer = page.locator('#composer textarea[name=text]');
  const chosen = page.locator('#choices [aria-selected=true]');
  await words.pressSequentially('Bo moja ');
  await answer.click();
  await page.keyboard.type(';');
  await page.keyboard.type('pow');
  await chosen.filter({ hasText: 'Powitanie na czacie' }).waitFor();
  t.is(await page.locator('#choices').getByText('Powitanie pocztą').count(), 0, 'templates of other channels are not offered');
  await shot(page, 'chat-template');
  await page.keyboard.press('Enter');
  await until('the template is there', async () => (await answer.inputValue()).includes('w czym pomóc?'));
  await page.keyboard.press('Control+Enter');
  await frame.getByText('Dzień dobry, w czym pomóc?').waitFor();
  t.is(await words.inputValue(), 'Bo moja ', 'what he is writing stays');
  await until('the agent can write on', () => answer.evaluate((field) => field.matches(':focus')));
  await page.locator('[id^=delivery-]', { hasText: 'dostarczona' }).first().waitFor();

  await words.pressSequentially('nie jedzie.');
  await words.press('Enter');
  await page.getByText('Bo moja nie jedzie.').first().waitFor();
  await page.getByRole('button', { name: 'Wstaw szablon' }).first().click();
  await chosen.waitFor();
  await page.keyboard.type('godz');
  await chosen.filter({ hasText: 'Godziny na czacie' }).waitFor();
  await page.keyboard.press('Enter');
  await until('the second one is there', async () => (await answer.inputValue()).includes('od 8 do 16'));
  await page.keyboard.press('Control+Enter');
  await frame.getByText('Jesteśmy od 8 do 16.').waitFor();
  await shot(page, 'chat-agent');
  await shot(customer.page, 'chat-visitor');

  // Closed, the window has not been given what it would show.
  await customer.page.getByRole('button', { name: 'Zamknij' }).click();
  await answer.fill('Proszę śmiało.');
  await page.keyboard.press('Control+Enter');
  const last = page.locator('[id^=delivery-]').last();
  await last.filter({ hasText: 'wysłana' }).waitFor();
  t.is(await frame.getByText('Proszę śmiało.').count(), 0);
  await customer.page.getByRole('button', { name: 'Napisz do nas' }).click();
  await frame.getByText('Proszę śmiało.').waitFor();
  await last.filter({ hasText: 'dostarczona' }).waitFor();

  // The next page of the website opens with the talk.
  await customer.page.goto(`${site}/druga-strona`);
  await frame.getByText('Jesteśmy od 8 do 16.').waitFor();
  await words.fill('To przyjdę jutro.');
  await words.press('Enter');
  await page.getByText('To przyjdę jutro.').first().waitFor();
  t.is((await office.scope.db('conversations')).length, 1, 'all of it is one conversation');
  await customer.page.setViewportSize(PHONE);
  await customer.page.emulateMedia({ colorScheme: 'dark' });
  await shot(customer.page, 'chat-phone-dark');
  await customer.page.setViewportSize(WIDE);
  t.deepEqual(customer.complaints, []);
  await customer.page.goto(`${office.base}/widget?lang=pl`);
  await customer.page.getByLabel('Twoja wiadomość').fill('Sam dla siebie');
  t.deepEqual(await seriousFindings(customer.page, 'live talk'), []);
  t.deepEqual(complaints, []);
});
