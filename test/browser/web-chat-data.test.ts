import test from 'ava';
import { createCanned } from '../../core/canned-responses/save.ts';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, shot } from '../support/browser.ts';
import { chatOn } from '../support/chat.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';
import { website } from '../support/website.ts';

test('in English: a visitor is heard at once, says who he is when asked, and with nobody there finds the form', async (t) => {
  const office = await officeFor(t);
  const site = await website(t, `${office.base}/widget.js`, 'en');
  const { page, complaints } = await loggedIn(t, office);
  await chatOn(office, { sites: [site], asksData: true });
  await page.goto(`${office.base}/conversations`);
  const customer = await openWindow(await openBrowser(t));
  await customer.page.goto(site);
  await customer.page.getByRole('button', { name: 'Write to us' }).click();
  const frame = customer.page.frameLocator('iframe');
  const words = frame.getByLabel('Your message');
  await words.fill('Do you repair scooters?');
  await words.press('Enter');
  await page.locator('#rows .row1', { hasText: 'Do you repair scooters?' }).waitFor();
  await frame.getByText('May we ask two things').waitFor();
  await shot(customer.page, 'chat-consent');
  await frame.getByRole('button', { name: 'Of course' }).click();
  await frame.getByLabel('What is your name?').fill('John Smith');
  await customer.page.keyboard.press('Enter');
  await frame.getByLabel('At which e-mail address').fill('biuro@firma.test');
  await customer.page.keyboard.press('Enter');
  await frame.getByText('This is our address').waitFor();
  await frame.getByLabel('At which e-mail address').fill('john@klient.test');
  await customer.page.keyboard.press('Enter');
  await page.locator('#rows .row1', { hasText: 'John Smith' }).click();
  await page.locator('#thread').getByText('john@klient.test').first().waitFor();
  await shot(page, 'chat-data-agent');

  // The agent reads English too, and puts a template in, by its sign and by its button, while he writes on.
  const canned = { folder: '', subject: '', html: null, channel: 'web-chat' };
  await createCanned(office.scope, null, { ...canned, name: 'Scooters', text: 'Yes we do, {{ contact.first_name }}.' });
  await createCanned(office.scope, null, { ...canned, name: 'Opening hours', text: 'We are here from 8 to 16.' });
  await office.scope.db('agents').update({ language: 'en' });
  await page.reload();
  const answer = page.locator('#composer textarea[name=text]');
  const chosen = page.locator('#choices [aria-selected=true]');
  await words.fill('It does not ');
  await answer.click();
  await page.keyboard.type(';scoo');
  await chosen.filter({ hasText: 'Scooters' }).waitFor();
  await page.keyboard.press('Enter');
  await until('the template is there', async () => (await answer.inputValue()).includes('Yes we do, John.'));
  await page.keyboard.press('Control+Enter');
  await frame.getByText('Yes we do, John.').waitFor();
  t.is(await words.inputValue(), 'It does not ');
  await words.press('Enter');
  await page.getByRole('button', { name: 'Insert template' }).first().click();
  await page.keyboard.type('opening');
  await chosen.filter({ hasText: 'Opening hours' }).waitFor();
  await page.keyboard.press('Enter');
  await until('the second one is there', async () => (await answer.inputValue()).includes('from 8 to 16'));
  await page.keyboard.press('Control+Enter');
  await frame.getByText('We are here from 8 to 16.').waitFor();
  await page.locator('[id^=delivery-]', { hasText: 'delivered' }).nth(1).waitFor();

  // The agent goes: the talk stays and says so within seconds, and a new visitor has the form. Whoever reloads without a pause is asked to wait.
  await office.scope.db('agents').update({ availability: 'busy' });
  await until(
    'the talk says that nobody is there',
    async () => {
      await customer.page.waitForTimeout(1_000);
      await customer.page.reload();
      await frame.getByText('Do you repair scooters?').waitFor();
      return frame.getByText('We will answer here').isVisible();
    },
    40_000,
  );
  await shot(customer.page, 'chat-absent');
  await frame.getByRole('link', { name: 'an answer by e-mail' }).click();
  await frame.getByLabel('Message', { exact: true }).waitFor();
  const other = await openWindow(await openBrowser(t));
  await other.page.goto(site);
  await other.page.getByRole('button', { name: 'Write to us' }).click();
  await other.page.frameLocator('iframe').getByLabel('Message', { exact: true }).waitFor();
  t.false(await other.page.frameLocator('iframe').getByLabel('Your message').isVisible());
  t.deepEqual([...customer.complaints.filter((one) => !one.includes('422')), ...other.complaints, ...complaints], []);
});

test('in Polish: while data are insisted on, a message waits in the window until its writer has given them', async (t) => {
  const office = await officeFor(t);
  const site = await website(t, `${office.base}/widget.js`);
  const { page, complaints } = await loggedIn(t, office);
  // An administrator sets it up with nothing but the screens.
  await page.goto(`${office.base}/plugins`);
  const plugin = page.locator('.plugin', { hasText: 'Czat na stronie' });
  await plugin.getByRole('button', { name: 'Włącz' }).click();
  await plugin.getByRole('button', { name: 'Wyłącz' }).waitFor();
  await page.goto(`${office.base}/inboxes`);
  await page.getByRole('link', { name: 'Dodaj: Czat na stronie' }).click();
  await page.getByLabel('Nazwa').fill('Czat');
  await page.getByRole('switch', { name: 'Wymuszaj podanie danych' }).check();
  t.deepEqual(await seriousFindings(page, 'the inbox of a chat'), []);
  await shot(page, 'chat-inbox');
  await page.getByRole('button', { name: 'Sprawdź połączenie i zapisz' }).click();
  await page.getByText('została zapisana').first().waitFor();
  await page.goto(`${office.base}/widget/settings`);
  await page.getByText('włącz „Czat na stronie”').waitFor({ state: 'hidden' });
  await page.getByText('rozmowy są w skrzynce Czat').waitFor();
  await page.getByRole('switch', { name: 'Widget włączony' }).check();
  await page.getByLabel('Adresy stron').fill(site);
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.getByRole('button', { name: 'Napisz do nas' }).waitFor();
  await shot(page, 'chat-settings');
  await page.goto(`${office.base}/conversations`);
  const customer = await openWindow(await openBrowser(t));
  await customer.page.goto(site);
  await customer.page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = customer.page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.fill('Czy mogę przyjechać dziś?');
  await words.press('Enter');
  await frame.getByText('Wyślemy Twoją wiadomość.').waitFor();
  await frame.getByRole('button', { name: 'Nie, dziękuję' }).click();
  await frame.getByText('potrzebujemy imienia i adresu e-mail').waitFor();
  await shot(customer.page, 'chat-needed');
  t.is((await office.scope.db('raw_inbound')).length, 0, 'nobody heard him');
  await customer.page.reload();
  await frame.getByText('Czy mogę przyjechać dziś?').waitFor();
  await frame.getByRole('button', { name: 'Oczywiście' }).click();
  await frame.getByLabel('Jak masz na imię?').fill('Ewa');
  await customer.page.keyboard.press('Enter');
  await frame.getByLabel('Na jaki adres e-mail').fill('ewa@klient.test');
  await customer.page.keyboard.press('Enter');
  await page.locator('#rows .row1', { hasText: 'Czy mogę przyjechać dziś?' }).first().click();
  await page.locator('#thread').getByText('ewa@klient.test').first().waitFor();
  t.deepEqual([...customer.complaints, ...complaints], []);
});
