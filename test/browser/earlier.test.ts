import test from 'ava';
import { openBrowser, openWindow, PHONE } from '../support/browser.ts';
import { loggedIn, logIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('earlier messages that were asked for stay, and the place in them, when something new comes to the conversation', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Długa rozmowa' });
  const write = (n: number) => office.api('POST', '/conversations/1/messages', { kind: 'note', text: `Notatka numer ${n}.` });
  for (let n = 2; n <= 170; n += 1) await write(n);
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').click();
  const shown = page.locator('#msgs .msg');
  await page.locator('.msg.internal', { hasText: 'Notatka numer 170.' }).waitFor();
  t.is(await shown.count(), 50);

  // Nobody asked for more, and no more comes with what is new.
  await write(171);
  await page.locator('.msg.internal', { hasText: 'Notatka numer 171.' }).waitFor();
  t.is(await shown.count(), 51);

  for (const more of [101, 151]) {
    await page.locator('#earlier-messages a').click();
    await shown.nth(more - 1).waitFor({ state: 'attached' });
  }
  const read = page.locator('.msg.internal', { hasText: 'Notatka numer 40.' });
  await read.scrollIntoViewIfNeeded();
  const before = await read.boundingBox();
  await write(172);
  await page.locator('.msg.internal', { hasText: 'Notatka numer 172.' }).waitFor();
  t.is(await shown.count(), 152);
  t.deepEqual(await read.boundingBox(), before);
  await page.locator('#earlier-messages a').click();
  await page.locator('#earlier-messages').waitFor({ state: 'detached' });
  t.is(await shown.count(), 172);
  t.deepEqual(complaints, []);
});

test('an act in a conversation leaves the earlier messages that were opened, and the place in them', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Długa rozmowa' });
  for (let n = 2; n <= 90; n += 1) await office.api('POST', '/conversations/1/messages', { kind: 'note', text: `Notatka numer ${n}.` });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').click();
  const shown = page.locator('#msgs .msg');
  await page.locator('#earlier-messages a').click();
  await page.locator('#earlier-messages').waitFor({ state: 'detached' });
  const read = page.locator('.msg.internal', { hasText: 'Notatka numer 20.' });
  await read.scrollIntoViewIfNeeded();
  const before = await read.boundingBox();
  const stays = async (act: string): Promise<void> => {
    t.is(await shown.count(), 90, act);
    t.deepEqual(await read.boundingBox(), before, act);
  };
  await page.locator('.thead [action$="/closure"] button').click();
  await page.locator('.thead [action$="/reopening"] button').waitFor();
  await stays('closing');
  await page.keyboard.press('l');
  await page.locator('#picker-name:focus').waitFor();
  await page.keyboard.type('Pilne');
  await page.keyboard.press('Enter');
  await page.locator('.thead .facts', { hasText: 'Pilne' }).waitFor();
  await page.keyboard.press('Escape');
  await stays('a label');
  await page.locator('form.composer [name=kind][value=note]').check({ force: true });
  await page.locator('form.composer .edit, form.composer textarea').first().click();
  await page.keyboard.type('Jeszcze jedna notatka.');
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.internal', { hasText: 'Jeszcze jedna notatka.' }).waitFor({ state: 'attached' });
  t.is(await shown.count(), 91);
  t.deepEqual(complaints, []);
});

test('whoever comes back from a conversation on a phone finds the list where he left it', async (t) => {
  const office = await officeFor(t);
  for (let n = 1; n <= 14; n += 1) await office.mail({ from: `k${n}@klient.test`, subject: `Pytanie ${n}` });
  const { page, complaints } = await openWindow(await openBrowser(t), { viewport: PHONE });
  await logIn(page, office.base);
  const first = page.locator('#rows .row1', { hasText: 'Pytanie 1' }).last();
  await first.scrollIntoViewIfNeeded();
  const before = await first.boundingBox();
  await first.click();
  await page.locator('.talk').waitFor();
  await page.locator('.thead .back').click();
  await page.waitForURL('**/conversations');
  await page.locator('.talk').waitFor({ state: 'detached' });
  t.deepEqual(await first.boundingBox(), before);
  t.regex(await page.title(), /Otwarte · Centrala$/);
  t.deepEqual(complaints, []);
});

test('the end stays in sight as a conversation grows, also when another part of the page comes while that is being put in', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Długa rozmowa' });
  const write = (n: number) => office.api('POST', '/conversations/1/messages', { kind: 'note', text: `Notatka numer ${n}.` });
  for (let n = 2; n <= 12; n += 1) await write(n);
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').click();
  await page.locator('.msg.internal', { hasText: 'Notatka numer 12.' }).waitFor();
  const below = () => page.locator('#msgs').evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));
  t.is(await below(), 0);
  // Another one that begins before htmx has told the end of the first.
  await page.evaluate(`document.addEventListener('htmx:before:settle', () =>
    queueMicrotask(() => document.dispatchEvent(new Event('htmx:before:swap'))))`);
  await write(13);
  await page.locator('.msg.internal', { hasText: 'Notatka numer 13.' }).waitFor();
  await until('the end is in sight', async () => (await below()) === 0, 5000);
  t.deepEqual(complaints, []);
});
