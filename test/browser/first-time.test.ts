import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { loggedIn, officeFor } from '../support/office.ts';

const SHOTS = process.env['FIRST_TIME_SHOTS'];

test('a new address in the composer is named while it is typed, and the line goes when it is mended', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy przyjdzie paczka?' });
  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1', { hasText: 'Kiedy przyjdzie' }).click();
  await page.getByLabel('dodaj adres').fill('jan@kleint.test');
  const line = page.locator('.cnote', { hasText: 'Nie ma tu jeszcze rozmowy z: jan@kleint.test' });
  await line.waitFor();
  t.deepEqual(await seriousFindings(page, 'a new address'), []);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/answer.png` });
  await page.getByLabel('dodaj adres').fill('jan@klient.test');
  await line.waitFor({ state: 'hidden' });

  await page.goto(`${office.base}/conversations/new`);
  await page.locator('#to').fill('nowy@obcy.test');
  await page.locator('.cnote', { hasText: 'nowy@obcy.test' }).waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/new.png` });
  t.deepEqual(complaints, []);
});
