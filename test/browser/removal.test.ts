import test from 'ava';
import { loggedIn, officeFor } from '../support/office.ts';

test('a rule is removed only when one says so twice, by keyboard', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  const rules = async (): Promise<number> => (await office.scope.db('rules')).length;
  await page.goto(`${office.base}/rules/new`);
  await page.locator('#rule [name=name]').fill('Faktury');
  await page.locator('#rule [name=subject]').fill('faktura');
  await page.locator('#rule [name=state]').selectOption('close');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.waitForURL(/\/rules$/);
  await page.getByRole('link', { name: 'Zmień' }).click();
  await page.locator('summary', { hasText: 'Usuń regułę' }).press('Enter');
  await page.getByText('Tego nie da się cofnąć.').waitFor();
  t.is(await rules(), 1);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/rules$/);
  t.is(await rules(), 0);
  t.deepEqual(complaints, []);
});
