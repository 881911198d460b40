import test from 'ava';
import type { Page } from 'playwright-core';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

/** Goes to the statistics by the menu; answers what the browser asked, and stays when it did. */
async function leave(page: Page): Promise<readonly string[]> {
  const asked: string[] = [];
  page.once('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  await page.locator('header a.tab[href="/statistics"]').click();
  await until('it asks or goes', () => asked.length > 0 || page.url().endsWith('/statistics'));
  page.removeAllListeners('dialog');
  return asked;
}

test('whoever leaves a template, a footer, a confirmation or a rule that he has not saved is asked first', async (t) => {
  const office = await officeFor(t);
  const { page } = await loggedIn(t, office);
  const pages = {
    '/canned-responses/mine/new': '.edit',
    '/footers/mine': '.edit',
    '/acknowledgements/1': 'main textarea >> nth=0',
    '/rules/new': 'main [name=name]',
  };
  for (const [path, field] of Object.entries(pages)) {
    await page.goto(office.base + path);
    t.deepEqual(await leave(page), [], `${path}, untouched`);
    await page.goto(office.base + path);
    await page.locator(field).first().click();
    await page.keyboard.type('Dzień dobry');
    t.deepEqual(await leave(page), ['beforeunload'], path);
    t.true(page.url().endsWith(path));
    page.once('dialog', (dialog) => dialog.accept());
  }

  // A form that came back with a problem is as unsaved as before; saved it is left without a question.
  await page.goto(`${office.base}/canned-responses/mine/new`);
  await page.locator('.edit').click();
  await page.keyboard.type('Dzień dobry {{ nikt }}');
  await page.locator('[name=name]').fill('Powitanie');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.locator('[aria-invalid=true]').first().waitFor({ state: 'attached' });
  t.deepEqual(await leave(page), ['beforeunload']);
  await page.locator('.edit').fill('Dzień dobry');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.waitForURL('**/canned-responses/mine');
  t.deepEqual(await leave(page), []);
});
