import test from 'ava';
import { addAgent } from '../support/accounts.ts';
import { seriousFindings } from '../support/axe.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('from the command bar an agent acts on what is open and what is picked, finds a conversation and goes to a page, by keyboard alone', async (t) => {
  const office = await officeFor(t);
  for (const subject of ['Zepsuta pralka', 'Wymiana łożyska']) await office.mail({ from: 'jan@klient.test', subject });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').nth(1).waitFor();
  const bar = page.locator('#commands');
  const chosen = bar.locator('[aria-selected=true]');
  /** Whatever was typed before the script of the bar had come counts, and nothing of it reaches the page. */
  const say = async (typed: string, words: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(typed);
    await chosen.filter({ hasText: words }).waitFor();
  };

  await say('lozyska', 'Wymiana łożyska');
  const named = await page.evaluate('document.getElementById(document.activeElement.getAttribute("aria-activedescendant")).textContent');
  t.regex(String(named), /Wymiana łożyska/, 'a screen reader hears the choice');
  t.deepEqual(await seriousFindings(page, 'the command bar'), []);
  await page.evaluate('window.isSamePage = true');
  const held = Promise.withResolvers<void>();
  await page.route('**/conversations/2?*', (route) => held.promise.then(() => route.continue()));
  await page.keyboard.press('Enter');
  await bar.waitFor({ state: 'hidden' });
  await page.keyboard.type('rOddzwonimy');
  held.resolve();
  await page.locator('.talk[data-conversation="2"]').waitFor();
  await page.locator('#composer .edit:focus', { hasText: 'Oddzwonimy' }).waitFor();
  await page.keyboard.press('Escape');

  await say('etyk', 'Etykiety rozmowy');
  await page.keyboard.press('Escape');
  await say('przypisz do', 'Przypisz do mnie');
  await page.keyboard.press('Enter');
  await page.locator('.facts', { hasText: 'przypisana' }).waitFor();
  await page.keyboard.press('Control+k');
  await chosen.filter({ hasText: 'Etykiety rozmowy' }).waitFor();
  await page.keyboard.type('notk');
  await chosen.filter({ hasText: 'Notka' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#composer:has([value=note]:checked) .edit:focus').waitFor();

  await page.keyboard.press('Escape');
  await say('biur', 'Biuro');
  await page.keyboard.press('Enter');
  await page.locator('#rows .row1').nth(1).waitFor();
  t.true(await page.evaluate('window.isSamePage'), 'neither the conversation nor the list was a new page');
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await say('snooze', 'Szukaj „snooze”');
  await page.locator('#commands input').fill('odloz odpow');
  await chosen.filter({ hasText: 'Odłóż: Do odpowiedzi klienta' }).waitFor();
  await page.keyboard.press('Enter');
  await until('both are put off', async () => (await office.scope.db('conversations').where({ status: 'snoozed' })).length === 2);
  await page.locator('#rows-none').waitFor();

  await page.keyboard.press('Control+k');
  await chosen.filter({ hasText: 'Biuro' }).waitFor();
  await page.keyboard.type('szblony');
  await chosen.filter({ hasText: 'szablony' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await chosen.filter({ hasText: 'Szablony' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/canned-responses/company');
  t.deepEqual(complaints, []);
});

test('what can be done with a conversation is offered when it comes after the last letter was typed', async (t) => {
  const office = await officeFor(t);
  await addAgent(office.scope, 'Piotr');
  await office.mail({ from: 'jan@klient.test', subject: 'Gdzie paczka?' });
  const { page } = await loggedIn(t, office);
  const held = Promise.withResolvers<void>();
  await page.route('**/context', (route) => held.promise.then(() => route.continue()));
  await page.locator('#rows .row1').first().click();
  await page.locator('.talk[data-conversation="1"]').waitFor();
  await page.keyboard.press('Control+k');
  const searched = page.waitForResponse(/\/commands\?q=/);
  await page.keyboard.type('piotr przyp');
  await searched;
  const chosen = page.locator('#commands [aria-selected=true]', { hasText: 'Piotr Nowak' });
  t.is(await chosen.count(), 0);
  held.resolve();
  await chosen.waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.facts', { hasText: 'Piotr Nowak' }).waitFor();
});
