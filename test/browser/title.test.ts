import test from 'ava';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('the title counts what is open in every list and conversation, also when one comes back by the browser’s button', async (t) => {
  const office = await officeFor(t);
  for (const name of ['jan', 'ola']) await office.mail({ from: `${name}@klient.test`, subject: `Pytanie: ${name}` });
  const { page, complaints } = await loggedIn(t, office);
  const titled = async (words: RegExp): Promise<void> => {
    await until(`the title is ${words}`, async () => words.test(await page.title()));
    t.pass();
  };
  await titled(/^\(2\) Otwarte/);
  await page.locator('#folder-closed').click();
  await titled(/^\(2\) Zamknięte/);
  await page.locator('#folder-open').click();
  await titled(/^\(2\) Otwarte/);
  await page.locator('#c1 .row1').click();
  await titled(/^\(2\) Pytanie: jan/);
  await page.keyboard.press('e');
  await titled(/^\(1\) /);
  await page.goBack();
  await titled(/^\(1\) (Otwarte|Pytanie)/);
  await page.goto(`${office.base}/conversations`);
  await page.locator('#c2 .row1').click();
  await titled(/^\(1\) Pytanie: ola/);
  await page.goBack();
  await titled(/^\(1\) Otwarte/);
  t.deepEqual(complaints, []);
});
