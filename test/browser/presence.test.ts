import test from 'ava';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { openBrowser, openWindow } from '../support/browser.ts';
import { logIn, officeFor } from '../support/office.ts';

test('one who opens what a colleague is answering sees his name within a moment, is stopped before the customer gets two answers, and names him in a note', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Gdzie paczka?' });
  await addAgent(office.scope, 'Piotr');
  const browser = await openBrowser(t);
  const [anna, piotr] = [await openWindow(browser), await openWindow(browser)];
  await logIn(anna.page, office.base);
  await logIn(piotr.page, office.base, { email: 'Piotr@firma.example', password: PASSWORD });
  for (const { page } of [anna, piotr]) {
    await page.locator('#rows .row1').first().click();
    await page.locator('.composer.rich .edit').click();
  }
  await anna.page.locator('#presence', { hasText: 'Piotr Nowak też na to patrzy' }).waitFor();
  await piotr.page.keyboard.type('Paczka jest w drodze.');
  await anna.page.locator('#presence', { hasText: 'Piotr Nowak już odpowiada' }).waitFor();
  await anna.page.locator('#rows .row1', { hasText: 'Piotr Nowak już odpowiada' }).waitFor();
  await anna.page.keyboard.type('Już sprawdzam.');
  await piotr.page.keyboard.press('Control+Enter');
  await piotr.page.locator('.msg.outbound').waitFor();
  await anna.page.locator('#presence', { hasText: 'już odpowiada' }).waitFor({ state: 'detached' });
  await anna.page.keyboard.press('Control+Enter');
  const stop = anna.page.locator('.meanwhile');
  await stop.getByRole('link', { name: 'Zobacz' }).click();
  await anna.page.locator('.msg.outbound', { hasText: 'Paczka jest w drodze.' }).waitFor();
  await stop.getByRole('button', { name: 'Zostaw jako szkic' }).click();
  await anna.page.locator('.saved', { hasText: 'szkic przywrócony' }).waitFor();
  t.is((await anna.page.locator('.composer .edit').innerText()).trim(), 'Już sprawdzam.');
  t.is((await office.scope.db('messages').where({ direction: 'outbound' })).length, 1);
  await piotr.page.goto(`${office.base}/conversations`);
  await anna.page.locator('#presence', { hasText: 'Piotr' }).waitFor({ state: 'detached' });
  await anna.page.locator('.composer .ctabs label', { hasText: 'Notka' }).click();
  await anna.page.locator('.composer .edit').fill('');
  await anna.page.locator('.composer .edit').click();
  await anna.page.keyboard.type('@');
  await anna.page.locator('#mention option', { hasText: 'Piotr Nowak' }).waitFor({ state: 'attached' });
  await anna.page.keyboard.press('Enter');
  await anna.page.keyboard.type('dzięki!');
  await anna.page.keyboard.press('Control+Enter');
  await anna.page.locator('.msg.internal', { hasText: '@Piotr Nowak dzięki!' }).waitFor();
  await piotr.page.goto(`${office.base}/notifications`);
  await piotr.page.locator('.notice', { hasText: 'Wspomniano o Tobie w notce' }).waitFor();
  t.deepEqual(piotr.complaints, []);
});
