import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { answerTo } from '../support/chat.ts';
import { until } from '../support/until.ts';
import { visitorOf } from '../support/visitor.ts';

test('on a phone the open window fills the screen, in light and in dark, and its button above it closes it', async (t) => {
  const { site, page, complaints } = await visitorOf(t, {}, { viewport: { width: 480, height: 700 } });
  await page.goto(site);
  const opens = page.getByRole('button', { name: 'Napisz do nas' });
  const closes = page.getByRole('button', { name: 'Zamknij' });
  const boxes = async () => ({ frame: await page.locator('iframe').boundingBox(), button: await closes.boundingBox() });
  const round = await opens.boundingBox();
  await opens.click();
  const frame = page.frameLocator('iframe');
  await frame.getByLabel('Twoja wiadomość').fill('Czy jesteście jutro?');
  await frame.getByRole('button', { name: 'Wyślij' }).click();
  await frame.locator('.own:not(.is-waiting)').waitFor();
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [width, height] of [
      [480, 700],
      [390, 844],
      [320, 400],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const { frame: own, button } = await boxes();
      t.deepEqual(own, { x: 0, y: 44, width, height: height - 44 });
      t.is(button?.y, 0);
      t.true((button?.x ?? width) + (button?.width ?? 0) <= width);
      t.deepEqual(await seriousFindings(page, `a chat on a phone, ${colorScheme}, ${width}`), []);
    }
  await shot(page, 'chat-open');
  await page.setViewportSize({ width: 480, height: 700 });
  await closes.click();
  await page.locator('iframe').waitFor({ state: 'hidden' });
  t.deepEqual(await opens.boundingBox(), round, 'the button is where it was');
  await page.setViewportSize({ width: 481, height: 700 });
  await opens.click();
  t.is((await boxes()).frame?.width, 360, 'wider it is a window');
  t.deepEqual(complaints, []);
});

test('above the keys of a phone there is room to write, the last line is in view, and an address in an answer can be opened', async (t) => {
  const { office, site, page, complaints } = await visitorOf(t, { asksData: true }, { viewport: { width: 390, height: 700 } });
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.waitFor();
  for (const text of ['Dzień dobry', 'Czy jesteście', 'jutro', 'Bo nie wiem', 'Halo']) {
    await words.fill(text);
    await frame.getByRole('button', { name: 'Wyślij' }).click();
    t.true(await words.evaluate((field) => field.matches(':focus')), 'the keys stay');
  }
  await frame.getByText('Czy możemy zapytać').waitFor();
  const isInView = (selector: string): Promise<boolean> =>
    frame.locator(selector).evaluate((own) => {
      const [{ top, bottom }, log] = [own.getBoundingClientRect(), own.closest('#log')?.getBoundingClientRect()];
      const [from, to] = log ? [log.top, log.bottom] : [0, own.ownerDocument.documentElement.clientHeight];
      return top >= from - 1 && bottom <= to + 1;
    });
  await page.setViewportSize({ width: 390, height: 360 });
  await frame.locator('header p').waitFor({ state: 'hidden' });
  await until('he sees what he writes', () => isInView('#c-text'));
  await frame.getByRole('button', { name: 'Nie, dziękuję' }).click();
  t.true(await words.evaluate((field) => field.matches(':focus')));
  await until('the last line is in view', () => isInView('#lines li:last-child'));

  const { conversation_id: id } = await until('he is heard', () => office.scope.db('messages').first('conversation_id'));
  await answerTo(office, id, 'Tak, mapa: https://rowery.test/dojazd?z=1. <b>Zapraszamy</b>');
  const link = frame.getByRole('link', { name: 'https://rowery.test/dojazd?z=1', exact: true });
  await link.waitFor();
  t.is(await link.getAttribute('href'), 'https://rowery.test/dojazd?z=1');
  t.is(await link.getAttribute('target'), '_blank');
  await frame.getByText('<b>Zapraszamy</b>').waitFor();
  await until('the answer is in view', () => isInView('#lines li:last-child'));
  await page.setViewportSize({ width: 390, height: 700 });
  await page.setViewportSize({ width: 390, height: 700 });
  await frame.locator('header p').waitFor();
  // The field grows and takes the room of the lines.
  await words.evaluate((field) => field.setAttribute('rows', '14'));
  await until('the last line stays in view', () => isInView('#lines li:last-child time'), 10_000);
  t.deepEqual(complaints, []);
});
