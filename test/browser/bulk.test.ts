import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('rows are picked by keyboard, closed by one key, and come back by one undo', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  for (const n of [1, 2, 3, 4]) await office.mail({ from: `k${n}@klient.test`, name: `Klient ${n}`, subject: `Sprawa ${n}` });
  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1').nth(3).waitFor();
  const found: string[] = [];
  const look = async (what: string): Promise<void> => {
    found.push(...(await seriousFindings(page, what)));
    await shot(page, what);
  };
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await page.getByText('Zaznaczone: 3').waitFor();
  await look('bulk-picked');
  await page.keyboard.press('l');
  await page.locator('#picker[open] #picker-name').fill('zamk');
  await look('bulk-choices');
  await page.keyboard.press('Enter');
  await page.getByText('Zamykanie: 3 rozmowy').waitFor();
  await page.locator('#picker:not([open])').waitFor({ state: 'attached' });
  await until('three rows went', async () => (await page.locator('#rows .row1').count()) === 1);
  t.is(await page.locator('#rows .pick:checked').count(), 0);
  await look('bulk-done');
  await page.locator('#bulk-progress').getByRole('button', { name: 'Cofnij' }).click();
  await page.getByText('cofnięto 3 rozmowy').waitFor();
  await until('they are back', async () => (await page.locator('#rows .row1').count()) === 4);
  await page.goto(`${office.base}/bulk-actions`);
  await look('bulk-list');
  t.deepEqual(found, []);
  t.deepEqual(complaints, []);
});

test('rows that were ticked with the mouse are moved from and closed by the same keys', async (t) => {
  const office = await officeFor(t);
  for (const n of [1, 2, 3, 4]) await office.mail({ from: `k${n}@klient.test`, name: `Klient ${n}`, subject: `Sprawa ${n}` });
  const { page } = await loggedIn(t, office);
  await page.locator('#rows .row1').nth(3).waitFor();
  await page.locator('#rows .row1').nth(1).hover();
  await page.locator('#rows .pick').nth(1).click();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('Zaznaczone: 2').waitFor();
  await page.locator('#rows .pick').nth(3).click();
  await page.getByText('Zaznaczone: 3').waitFor();
  await page.keyboard.press('e');
  await until('three rows went', async () => (await page.locator('#rows .row1').count()) === 1);
  t.is(await page.locator('#rows .subj').innerText(), 'Sprawa 4');
});
