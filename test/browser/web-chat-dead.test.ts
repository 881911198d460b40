import test from 'ava';
import { answerTo } from '../support/chat.ts';
import { until } from '../support/until.ts';
import { visitorOf } from '../support/visitor.ts';

test('a line on a connection that died without a word is sent again, and so is one after which the window could not be asked', async (t) => {
  const { office, site, page } = await visitorOf(t);
  await page.clock.install();
  let sent = 0;
  // The first never arrives, and nobody says so.
  await page.route('**/widget/chat', (route) => {
    sent += 1;
    if (sent > 1) return route.continue();
  });
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  for (const text of ['Dzień dobry.', 'Jest tam kto?']) {
    await words.fill(text);
    await words.press('Enter');
  }
  await until('the first is on its way', () => sent === 1);
  await page.route('**/widget/chat?after=*', (route) => (sent === 2 ? route.abort() : route.continue()));
  await page.clock.fastForward('00:45');
  await frame.getByText('Nie udało się wysłać').waitFor();
  await page.clock.fastForward('00:10');
  await until('both are there', async () => (await office.scope.db('messages')).length === 2);
  t.deepEqual(await office.scope.db('messages').orderBy('id').pluck('text'), ['Dzień dobry.', 'Jest tam kto?']);
});

test('an answer is shown also where the stream that tells of it died without a word', async (t) => {
  const { office, site, page } = await visitorOf(t);
  await page.clock.install();
  let streams = 0;
  await page.route('**/widget/chat/live', (route) => {
    streams += 1;
    if (streams > 1) return route.continue();
  });
  await page.goto(site);
  await page.getByRole('button', { name: 'Napisz do nas' }).click();
  const frame = page.frameLocator('iframe');
  const words = frame.getByLabel('Twoja wiadomość');
  await words.fill('Dzień dobry.');
  await words.press('Enter');
  await until('it listens', () => streams === 1);
  const { conversation_id: id } = await until('it is heard', () => office.scope.db('messages').first('conversation_id'));
  await answerTo(office, id, 'W czym mogę pomóc?');
  await until('it was handed over', async () => (await office.scope.db('visitor_lines')).length === 2);
  t.is(await frame.locator('.ours').count(), 0);
  await page.clock.fastForward('01:00');
  await frame.getByText('W czym mogę pomóc?').waitFor();
  await page.clock.fastForward('00:10');
  await until('it listens again', () => streams === 2);
});
