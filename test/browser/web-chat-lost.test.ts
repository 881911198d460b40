import test from 'ava';
import { until } from '../support/until.ts';
import { visitorOf } from '../support/visitor.ts';

test('when the answer to a visitor’s first words is lost he is heard once, on this page or the next, and all of it is one talk', async (t) => {
  const { office, site, page } = await visitorOf(t);
  let isLost = true;
  let heard = 0;
  await page.route('**/widget/chat', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    heard += 1;
    const response = await route.fetch();
    return isLost ? route.abort('connectionreset') : route.fulfill({ response });
  });
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.fill('Czy jest ktoś?');
  await words.press('Enter');
  await frame.getByText('Nie udało się wysłać').waitFor();
  await page.goto(`${site}/druga-strona`);
  await until('it was sent again', () => heard >= 2);
  isLost = false;
  await until('it is taken', async () => (await frame.locator('.own:not(.is-waiting)').count()) === 1);
  await words.fill('Mam pytanie.');
  await words.press('Enter');
  await until('both are there', async () => (await office.scope.db('messages')).length === 2);
  t.true(heard >= 3);
  t.is((await office.scope.db('conversations')).length, 1);
  t.is((await office.scope.db('visitors')).length, 1);
  t.is(await frame.locator('.own').count(), 2);
});

test('a window that asked too often asks again when it may, and shows what it missed', async (t) => {
  const { site, page } = await visitorOf(t);
  let refused = 0;
  await page.route('**/widget/chat?after=*', (route) => {
    refused += 1;
    return refused > 2 ? route.continue() : route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, body: '' });
  });
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const words = page.frameLocator('iframe').getByLabel('Twoja wiadomość');
  await until('it has asked and was refused', () => refused > 0);
  await words.waitFor({ timeout: 20_000 });
  t.true(refused > 2);
});
