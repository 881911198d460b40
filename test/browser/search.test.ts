import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';

test('the operators of the search are read in the box, opened by keyboard, and closed by Escape', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Pralka nie wiruje' });
  await page.goto(`${office.base}/conversations`);
  await page.keyboard.press('/');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('od:kowalski').waitFor();
  t.deepEqual(await seriousFindings(page, 'search-help'), []);
  await shot(page, 'search-help');
  await page.keyboard.press('Escape');
  await page.getByText('od:kowalski').waitFor({ state: 'hidden' });
  await page.getByRole('searchbox').fill('od:jan jest:nieprzeczytana');
  await page.keyboard.press('Enter');
  await page.locator('#rows .row1', { hasText: 'Pralka' }).waitFor();
  await page.getByRole('searchbox').fill('etykieta:nieznana');
  await page.keyboard.press('Enter');
  await page.getByText('Popraw wyszukiwanie').waitFor();
  t.deepEqual(await seriousFindings(page, 'search-problem'), []);
  t.deepEqual(complaints, []);
});
