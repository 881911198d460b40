import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, shot } from '../support/browser.ts';
import { answerTo, chatOn } from '../support/chat.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';
import { visitorOf } from '../support/visitor.ts';
import { website } from '../support/website.ts';

test('behind a closed window the button says how many answers wait, on the next pages too, until they are shown', async (t) => {
  const { office, site, page, context, complaints } = await visitorOf(t);
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.waitFor();
  await until('he can write at once', () => words.evaluate((field) => field.matches(':focus')));
  await page.keyboard.type('Kiedy otwieracie?');
  await page.keyboard.press('Enter');
  await frame.locator('.own:not(.is-waiting)').waitFor();
  const { conversation_id: id } = await until('he is heard', () => office.scope.db('messages').first('conversation_id'));
  await page.keyboard.press('Escape');
  await page.locator('iframe').waitFor({ state: 'hidden' });
  const button = page.getByRole('button', { name: 'Napisz do nas' });
  await until('Escape leads back to the button', () => button.evaluate((own) => own.matches(':focus')));

  const first = await answerTo(office, id, 'O dziesiątej.');
  await page.getByRole('button', { name: 'Napisz do nas. Nowe wiadomości: 1', exact: true }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Nowe wiadomości: 1' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'the button with a number'), []);
  await shot(page, 'chat-badge');
  t.is(await page.title(), 'Rowery', 'the title is not ours');
  const statusOf = async () => (await office.scope.db('deliveries').where({ message_id: first }).first('status')).status;
  t.is(await statusOf(), 'sent');

  // The next page, and a new tab another day.
  await page.goto(`${site}/druga-strona`);
  await page.getByRole('button', { name: 'Nowe wiadomości: 1' }).waitFor();
  await page.locator('iframe').waitFor({ state: 'hidden' });
  await answerTo(office, id, 'W sobotę o dziewiątej.');
  await page.getByRole('button', { name: 'Nowe wiadomości: 2' }).waitFor();
  const later = await context.newPage();
  await later.goto(site);
  await later.getByRole('button', { name: 'Nowe wiadomości: 2' }).waitFor();
  t.is(await statusOf(), 'sent');
  t.is(await frame.getByText('O dziesiątej.').count(), 0);

  await later.getByRole('button', { name: 'Nowe wiadomości: 2' }).click();
  await later.frameLocator('iframe').getByText('W sobotę o dziewiątej.').waitFor();
  await until('it is delivered', async () => (await statusOf()) === 'delivered');
  await later.getByRole('button', { name: 'Zamknij' }).click();
  await later.getByRole('button', { name: 'Napisz do nas', exact: true }).waitFor();
  t.is(await later.getByText('2', { exact: true }).count(), 0);
  await later.close();
  await page.getByRole('button', { name: 'Napisz do nas', exact: true }).waitFor();

  // A talk that is over is asked after once more, and no page does so any longer.
  await office.scope.db('visitors').delete();
  await page.goto(site);
  const isRemembered = () => page.evaluate(() => localStorage.length > 0);
  await until('the website has forgotten it', async () => !(await isRemembered()));
  await page.goto(`${site}/trzecia-strona`);
  await page.getByRole('button', { name: 'Napisz do nas' }).waitFor();
  t.is(await page.locator('iframe').count(), 0);
  t.deepEqual(complaints, []);
});

test('who has no talk costs no question, and a closed window asks rarer and rarer, and not at all while its tab is hidden', async (t) => {
  const office = await officeFor(t);
  const site = await website(t, `${office.base}/widget.js`, 'en');
  await chatOn(office, { sites: [site] });
  const { page, complaints } = await openWindow(await openBrowser(t));
  await page.clock.install();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(site);
  await page.getByRole('button', { name: 'Write to us' }).waitFor();
  await page.clock.runFor(600_000);
  t.deepEqual([...new Set(asked)].sort(), ['/', '/widget.js', '/widget/face']);
  await page.getByRole('button', { name: 'Write to us' }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByLabel('Your message').fill('Hello?');
  await frame.getByRole('button', { name: 'Send' }).click();
  await frame.locator('.own:not(.is-waiting)').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  const counted = (): number => asked.filter((path) => path === '/widget/chat/waiting').length;
  let answered = 0;
  page.on('requestfinished', (request) => {
    if (request.url().endsWith('/widget/chat/waiting')) answered += 1;
  });
  await until('it has asked', () => counted() === 1);
  // Step by step, so that each answer comes before the clock goes on.
  const wait = async (minutes: number): Promise<number> => {
    const before = counted();
    for (let n = 0; n < minutes * 12; n += 1) {
      await page.clock.runFor(5_000);
      await until('it is answered', () => answered >= counted() - 1);
    }
    return counted() - before;
  };
  const [early, late] = [await wait(10), await wait(10)];
  t.true(early >= 8 && early <= 13, `${early} in the first ten minutes`);
  t.true(late >= 4 && late <= 6, `${late} in the next`);
  const inside = page.frames().find((one) => one.url().includes('/widget?'));
  const hide = (isHidden: boolean) =>
    inside?.evaluate(
      `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`,
    );
  await hide(true);
  t.is(await wait(60), 0, 'nobody looks');
  const before = counted();
  await hide(false);
  await until('it asks at once', () => counted() === before + 1);
  t.deepEqual(complaints, []);
});

test('a window that is open in a tab behind is given nothing before somebody looks at it', async (t) => {
  const { office, site, page, complaints } = await visitorOf(t);
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByLabel('Twoja wiadomość').fill('Halo?');
  await frame.getByRole('button', { name: 'Wyślij' }).click();
  const { conversation_id: id } = await until('he is heard', () => office.scope.db('messages').first('conversation_id'));
  await page.goto('about:blank');
  const messageId = await answerTo(office, id, 'Słucham.');
  const statusOf = async () => (await office.scope.db('deliveries').where({ message_id: messageId }).first('status')).status;
  await until('it is handed over', async () => (await statusOf()) === 'sent');
  await page.addInitScript(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`);
  await page.goto(`${site}/druga-strona`);
  await page.getByRole('button', { name: 'Zamknij' }).waitFor();
  await page.waitForLoadState('networkidle');
  t.is(await statusOf(), 'sent');
  await page
    .frames()
    .find((one) => one.url().includes('/widget?'))
    ?.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'));`);
  await frame.getByText('Słucham.').waitFor();
  await until('it is delivered', async () => (await statusOf()) === 'delivered');
  t.deepEqual(complaints, []);
});
