import test from 'ava';
import { addAgent } from '../support/accounts.ts';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('the letters typed behind "@" in a note narrow the people by any of their names, and a name typed out goes in as it is', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Gdzie paczka?' });
  for (const name of ['Piotr', 'Łucja', 'Ewa']) await addAgent(office.scope, name);
  const { page, complaints } = await loggedIn(t, office);
  const editor = page.locator('.composer .edit');
  const says = (words: string) => until(words, async () => (await editor.innerText()).replaceAll('\u00a0', ' ').trim() === words);
  const person = page.locator('#mention option:not([hidden])');
  await page.locator('#rows .row1').first().click();
  await page.locator('.composer.rich .ctabs label', { hasText: 'Notka' }).click();
  await editor.click();

  // The list is on its way while he types on.
  const slow = new Promise<void>((resolve) => setTimeout(resolve, 400));
  await page.route('**/followers/people', async (route) => {
    await slow;
    await route.continue();
  });
  await page.keyboard.type('Pani @luc');
  await page.keyboard.press('Enter');
  await says('Pani @Łucja Nowak');
  await page.keyboard.type('i @');
  await person.first().waitFor({ state: 'attached' });
  t.deepEqual(await seriousFindings(page, 'the people to mention'), []);
  await shot(page, 'mention');
  await page.keyboard.type('now');
  await until('three of one name', async () => (await person.count()) === 3);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('oraz @Piotr Nowak, proszę o telefon do @kos');
  await says('Pani @Łucja Nowak i @Ewa Nowak oraz @Piotr Nowak, proszę o telefon do @kos');
  await page.keyboard.type(' o @ewa');
  await person.filter({ hasText: 'Ewa' }).waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await page.keyboard.type(' 15');
  await says('Pani @Łucja Nowak i @Ewa Nowak oraz @Piotr Nowak, proszę o telefon do @kos o @ewa 15');

  // Without a connection, too, every letter is there.
  await page.route('**/followers/people', (route) => route.abort());
  await page.keyboard.type(' @piotr nowak');
  await until('the dialog is closed', async () => (await page.locator('#mention[open]').count()) === 0);
  await page.keyboard.type('!');
  await says('Pani @Łucja Nowak i @Ewa Nowak oraz @Piotr Nowak, proszę o telefon do @kos o @ewa 15 @piotr nowak!');
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.internal', { hasText: '@Ewa Nowak' }).waitFor();
  t.is((await office.scope.db('followers')).length, 3);
  t.deepEqual(
    complaints.filter((line) => !/ERR_FAILED/.test(line)),
    [],
  );
});
