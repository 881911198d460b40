import test from 'ava';
import { loggedIn, officeFor } from '../support/office.ts';

test('what was chosen for a merge or a move stays while one searches, adds a conversation and takes it out again', async (t) => {
  const office = await officeFor(t);
  for (const subject of ['Pralka', 'Lodówka', 'Zmywarka']) await office.mail({ from: `${subject.length}@klient.test`, subject });
  const { page, complaints } = await loggedIn(t, office);
  const stays = (n: number) => page.locator('input[name=into]').nth(n).isChecked();
  const find = page.getByRole('searchbox', { name: 'Temat, nadawca, słowa albo numer rozmowy' });
  const found = page.locator('.candidate');

  await page.goto(`${office.base}/messages/1/transfer`);
  await page.getByLabel('tę i wszystkie następne').check();
  await find.fill('zmywarka');
  await page.keyboard.press('Enter');
  await found.filter({ hasText: 'Zmywarka' }).waitFor();
  await page.getByRole('button', { name: 'Szukaj', exact: true }).click();
  await found.filter({ hasText: 'Zmywarka' }).waitFor();
  t.true(await page.getByLabel('tę i wszystkie następne').isChecked());

  await page.goto(`${office.base}/conversations/merger?ids=1,2`);
  t.true(await stays(0));
  await page.locator('input[name=into]').nth(1).check();
  await find.fill('zmywarka');
  await page.keyboard.press('Enter');
  await found.filter({ hasText: 'Zmywarka' }).click();
  await page.getByRole('button', { name: 'Połącz 3 rozmowy' }).waitFor();
  t.true(await stays(1));
  t.regex(page.url(), /ids=1%2C2%2C3|ids=1,2,3/);
  await page.getByRole('link', { name: 'Nie łącz tej' }).nth(2).click();
  await page.getByRole('button', { name: 'Połącz 2 rozmowy' }).waitFor();
  t.true(await stays(1));
  await page.goBack();
  await page.getByRole('button', { name: 'Połącz 3 rozmowy' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Połącz 3 rozmowy' }).click();
  await page.locator('.line').nth(1).waitFor();
  t.regex(page.url(), /conversations\/2$/);
  t.deepEqual(complaints, []);
});
