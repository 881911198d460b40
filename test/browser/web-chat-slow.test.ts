import test from 'ava';
import type { Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { visitorOf } from '../support/visitor.ts';

/** A connection on which nothing that a visitor writes arrives before `let` says so. */
async function slow(page: Page) {
  let open = (): void => {};
  let isOpen = Promise.resolve();
  let held = 0;
  await page.route('**/widget/chat', async (route) => {
    if (route.request().method() === 'POST') held += 1;
    await isOpen;
    // A page that was left meanwhile takes no answer.
    await route.continue().catch(() => {});
  });
  return {
    hold: () => {
      isOpen = new Promise((resolve) => {
        open = resolve;
      });
    },
    let: () => open(),
    held: () => held,
  };
}

test('what a visitor writes while his last line is still on its way is sent after it', async (t) => {
  const { office, site, page } = await visitorOf(t);
  const connection = await slow(page);
  connection.hold();
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const words = page.frameLocator('iframe').getByLabel('Twoja wiadomość');
  for (const text of ['Dzień dobry.', 'Mój rower nie jedzie.', 'Czy go naprawicie?']) {
    await words.fill(text);
    await words.press('Enter');
    await until('the first is on its way', () => connection.held() > 0);
  }
  connection.let();
  const texts = () => office.scope.db('messages').orderBy('id').pluck('text');
  await until('all three are there', async () => (await texts()).length === 3);
  t.deepEqual(await texts(), ['Dzień dobry.', 'Mój rower nie jedzie.', 'Czy go naprawicie?']);
  await until('none waits any more', async () => (await page.frameLocator('iframe').locator('.is-waiting').count()) === 0);
});

test('who a visitor is arrives also when he says it while a line is on its way, and when he goes to the next page then', async (t) => {
  const { office, site, page } = await visitorOf(t, { asksData: true });
  const connection = await slow(page);
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.fill('Dzień dobry.');
  await words.press('Enter');
  await frame.getByText('Mamy Twoją wiadomość.').waitFor();
  connection.hold();
  const held = connection.held();
  await words.fill('Mój rower nie jedzie.');
  await words.press('Enter');
  await until('it is on its way', () => connection.held() > held);
  await frame.getByRole('button', { name: 'Oczywiście' }).click();
  await frame.getByLabel('Jak masz na imię?').fill('Ewa');
  await page.keyboard.press('Enter');
  await frame.getByLabel('Na jaki adres e-mail').fill('ewa@klient.test');
  await page.keyboard.press('Enter');
  await page.goto(`${site}/druga-strona`);
  connection.let();
  await until('it is known', async () => (await office.scope.db('visitors').first('email'))?.email === 'ewa@klient.test');
  await until('it is said in the talk', async () =>
    (await office.scope.db('messages').pluck('text')).join().includes('E-mail: ewa@klient.test'),
  );
  t.is((await office.scope.db('messages').pluck('text')).filter((text) => text.includes('rower')).length, 1);
});

test('a page that stayed open until its form was too old is loaded again by itself, and what was written then is sent', async (t) => {
  const { office, site, page } = await visitorOf(t);
  await page.clock.install();
  let loads = 0;
  let refusals = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/widget') loads += 1;
  });
  // Of the page that was there first the server does not take a form any more.
  await page.route('**/widget/chat', async (route) => {
    const form = new URLSearchParams(route.request().postData() ?? '');
    if (loads === 1) form.set('_csrf', 'x.x');
    const response = await route.fetch({ postData: form.toString() });
    if (response.status() === 403) refusals += 1;
    await route.fulfill({ response });
  });
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.fill('Czy jest ktoś?');
  await page.clock.fastForward('08:00:00');
  await words.press('Enter');
  await until('it is heard', async () => (await office.scope.db('messages')).length === 1);
  t.is(refusals, 1);
  t.is(loads, 2);
  await until('it stands in the window as sent', async () => (await frame.locator('.own:not(.is-waiting)').count()) === 1);
});
