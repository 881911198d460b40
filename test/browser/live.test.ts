import test from 'ava';
import type { Page } from 'playwright-core';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { openBrowser, openWindow } from '../support/browser.ts';
import { loggedIn, logIn, officeFor } from '../support/office.ts';
import { employ } from '../support/person.ts';
import { until } from '../support/until.ts';

const ROWS = 60;
const STATE = `(() => {
  const scroller = document.querySelector('.list-scroll');
  const active = document.activeElement;
  return { focused: active.closest('li')?.id ?? active.tagName, at: Math.round(active.getBoundingClientRect().top), scrolled: scroller.scrollTop };
})()`;

test('a mail shows in the open list live, and a list of 60 keeps its focus and its place when one arrives', async (t) => {
  const office = await officeFor(t);
  for (let n = 0; n < ROWS; n += 1) await office.mail({ from: `k${n}@klient.test`, subject: `Pytanie ${n}` });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').first().waitFor();
  await page.locator('html[data-live=on]').waitFor({ state: 'attached' });

  // At the top: the time from the sender to the row.
  const top = page.locator('#rows .row1', { hasText: 'Na samej górze' });
  const handedOver = performance.now();
  await office.mail({ from: 'nowy@klient.test', subject: 'Na samej górze' });
  await top.waitFor();
  t.log(`shown ${Math.round(performance.now() - handedOver)} ms after it was handed over`);

  // In the middle, with the focus on a row: what is looked at stays where it is.
  const row = page.locator('#rows .row1', { hasText: 'Pytanie 30' }).or(page.locator('#rows .row1').nth(30)).first();
  await row.focus();
  await row.scrollIntoViewIfNeeded();
  await page.evaluate(`(() => { globalThis.shifted = 0; new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) globalThis.shifted += one.value;
  }).observe({ type: 'layout-shift' }); })()`);
  const before = (await page.evaluate(STATE)) as { focused: string; at: number; scrolled: number };
  t.true(before.scrolled > 0);
  await office.mail({ from: 'drugi@klient.test', subject: 'Ponad tym, co widać' });
  await page.locator('#rows .row1', { hasText: 'Ponad tym, co widać' }).waitFor({ state: 'attached' });
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const after = (await page.evaluate(STATE)) as typeof before;
  t.is(after.focused, before.focused, 'the same row has the focus');
  t.true(Math.abs(after.at - before.at) <= 1, `the row moved from ${before.at} to ${after.at}`);
  t.true(((await page.evaluate('globalThis.shifted')) as number) < 0.02, 'nothing shifted');
  t.deepEqual(complaints, []);
});

test('a mail that comes while a page is still being loaded shows without a reload, in the first tab and in a second one', async (t) => {
  const office = await officeFor(t);
  const { page, context } = await loggedIn(t, office);
  const whole = (url: URL): boolean => url.pathname === '/conversations';
  for (const [n, tab] of [page, await context.newPage()].entries()) {
    // The page is made, the mail comes and is dealt with, only then the browser gets the page.
    const subject = `W samą porę ${n}`;
    await tab.route(whole, async (route) => {
      if (route.request().resourceType() !== 'document') return route.continue();
      const response = await route.fetch();
      await office.mail({ from: `pora${n}@klient.test`, subject });
      await until('it was received', async () => (await office.scope.db('conversations').where({ subject })).length === 1);
      await until('it was told', async () => (await office.scope.db('events').whereNull('dispatched_at')).length === 0);
      await route.fulfill({ response });
    });
    await tab.goto(`${office.base}/conversations`);
    await tab.locator('#rows .row1', { hasText: subject }).waitFor();
  }
});

test('a time of one’s own is sent by Enter, and a moment that is chosen counts whatever was typed before', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  const putOffTo = async () => (await office.scope.db('conversations').first('snoozed_until')).snoozed_until;
  const own = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const type = async () => {
    await page.keyboard.press('h');
    await page.locator('[name=untilLocal]').fill(`${own}T12:00`);
  };
  await type();
  await page.keyboard.press('Enter');
  await page.locator('.bar', { hasText: 'Rozmowa odłożona do' }).waitFor();
  t.regex(String(await putOffTo()), new RegExp(`^${own}T1[01]:00`));
  await page.getByRole('button', { name: 'Przywróć teraz' }).click();
  await page.locator('.bar', { hasText: 'Rozmowa odłożona do' }).waitFor({ state: 'detached' });
  await type();
  await page.locator('.later button', { hasText: 'Jutro' }).first().click();
  await page.locator('.bar', { hasText: 'Rozmowa odłożona do' }).waitFor();
  t.notRegex(String(await putOffTo()), new RegExp(`^${own}`));
  t.deepEqual(complaints, []);
});

test('a menu that is open stays open and keeps the focus while a colleague changes what is around it, and closes when something in it was done', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { api, id } = await employ(office, 'Piotr');
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('html[data-live=on]').waitFor({ state: 'attached' });
  await page.keyboard.press('h');
  const seen = (): Promise<unknown[]> =>
    page.evaluate('[document.querySelector("#menu-snooze").open, document.activeElement.value ?? document.activeElement.tagName]');
  t.deepEqual(await seen(), [true, 'hours']);
  await api('PATCH', '/conversations/1', { assigneeId: id });
  await page.locator('.facts', { hasText: 'Piotr' }).waitFor();
  t.deepEqual(await seen(), [true, 'hours']);
  await page.keyboard.press('Enter');
  await page.locator('.facts .tag', { hasText: 'odłożona' }).waitFor();
  await page.locator('#menu-snooze:not([open])').waitFor();
  t.deepEqual(await seen(), [false, 'SUMMARY']);
  await page.keyboard.press('h');
  t.deepEqual(await seen(), [true, 'hours']);
  await page.keyboard.press('e');
  await page.locator('.facts .tag', { hasText: 'zamknięta' }).waitFor();
  t.is((await seen())[0], false, 'what was done elsewhere closes it, too');
  t.deepEqual(complaints, []);
});

test('a button above the messages keeps the focus while a colleague changes the conversation', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { api } = await employ(office, 'Piotr');
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('html[data-live=on]').waitFor({ state: 'attached' });
  await api('PATCH', '/conversations/1', { status: 'snoozed', snoozedUntil: new Date(Date.now() + 86_400_000).toISOString() });
  await page.getByRole('button', { name: 'Przywróć teraz' }).focus();
  await api('POST', '/conversations/1/messages', { kind: 'note', text: 'Sprawdzam w magazynie' });
  await page.locator('.msg.internal', { hasText: 'Sprawdzam' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#bar-snoozed').waitFor({ state: 'detached' });
  await page.locator('.facts .tag', { hasText: 'otwarta' }).waitFor();
  t.deepEqual(complaints, []);
});

test('opening a conversation asks for nothing twice, and no colleague is asked anything', async (t) => {
  const office = await officeFor(t);
  for (const n of [1, 2]) await office.mail({ from: `k${n}@klient.test`, subject: `Pytanie ${n}` });
  await addAgent(office.scope, 'Piotr');
  const { page: his } = await openWindow(await openBrowser(t));
  await logIn(his, office.base, { email: 'piotr@firma.example', password: PASSWORD });
  const { page } = await loggedIn(t, office);
  const asked: string[] = [];
  let askedAt = 0;
  const watch = (who: string, window: Page): void =>
    void window.on('request', (request) => {
      if (request.url().includes('/assets/')) return;
      asked.push(`${who} ${request.method()} ${new URL(request.url()).pathname}`);
      askedAt = Date.now();
    });
  watch('Anna', page);
  watch('Piotr', his);
  // Longer than anything here waits before it asks.
  const quiet = (): Promise<unknown> => until('nobody asks', () => Date.now() - askedAt > 1_500);
  for (const window of [his, page]) await window.locator('html[data-live=on]').waitFor({ state: 'attached' });
  await quiet();
  asked.length = 0;
  await page.locator('#rows .row1', { hasText: 'Pytanie 1' }).click();
  await page.locator('#thead h1:focus').waitFor();
  await quiet();
  const opening = (id: number): string[] => [
    `Anna GET /conversations/${id}`,
    `Anna GET /conversations/${id}/context`,
    `Anna POST /conversations/${id}/presence`,
    `Anna POST /conversations/${id}/reads`,
  ];
  const isRows = (request: string): boolean => request === 'Anna GET /conversations/rows';
  t.deepEqual(asked.filter((one) => !isRows(one)).toSorted(), opening(1));
  t.is(asked.filter(isRows).length, 1, 'as the list looks to her now');
  asked.length = 0;
  await page.goto(`${office.base}/conversations/2`);
  await quiet();
  // Once her stream is open; whether it was when she had read it is chance.
  t.deepEqual(asked.filter((one) => !isRows(one)).toSorted(), [...opening(2), 'Anna GET /live'].toSorted());
  t.true(asked.filter(isRows).length <= 1);
});
