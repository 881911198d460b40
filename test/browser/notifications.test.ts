// In a process of its own: only this one needs the whole browser, which costs more.
import test from 'ava';
import type { AgentId } from '../../core/lib/ids.ts';
import { savePreferences } from '../../core/notifications/choices.ts';
import { USUAL } from '../../core/notifications/events.ts';
import { seriousFindings } from '../support/axe.ts';
import { shot, useWholeBrowser } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

useWholeBrowser();

/** Notes what the page shows outside of itself and plays; both still happen. */
const RECORD = `(() => {
  globalThis.shown = [];
  globalThis.played = 0;
  globalThis.Notification = class extends Notification {
    constructor(title, options) { super(title, options); globalThis.shown.push(title + ' / ' + options.body); }
  };
  const { createOscillator } = AudioContext.prototype;
  AudioContext.prototype.createOscillator = function () { globalThis.played += 1; return createOscillator.call(this); };
})()`;

test('a new mail rings and shows on the desktop once, however many tabs are open, and not aloud in quiet hours', async (t) => {
  const office = await officeFor(t);
  const { page, context, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/notifications/choices`);
  await page.locator('p[data-when]:visible').waitFor();
  t.deepEqual(await seriousFindings(page, 'choices'), []);
  await shot(page, 'notification-choices');

  await context.grantPermissions(['notifications']);
  await context.addInitScript(RECORD);
  await page.reload();
  await page.locator('p[data-when=granted]:visible').waitFor();
  await page.locator('[data-ring]').click();
  await until('both tones sounded', async () => (await page.evaluate('globalThis.played')) === 2);
  for (const channel of ['app', 'sound', 'desktop']) await page.locator(`[name="unassigned_message.${channel}"]`).check();
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.locator('.toast-note').waitFor();

  const second = await context.newPage();
  await second.goto(`${office.base}/deliveries`);
  await second.waitForLoadState('load');
  const tabs = [page, second];
  const shown = async (): Promise<readonly string[]> =>
    (await Promise.all(tabs.map((tab) => tab.evaluate('globalThis.shown') as Promise<string[]>))).flat();
  const unread = (n: number) => Promise.all(tabs.map((tab) => tab.locator('.bell b', { hasText: String(n) }).waitFor()));

  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Kiedy paczka?' });
  await unread(1);
  await until('a tab showed it', async () => (await shown()).length > 0);
  for (const tab of tabs) await tab.evaluate("navigator.locks.request('centrala-signalled', () => {})");
  t.deepEqual(await shown(), ['Klient napisał, a nikt nie prowadzi tej rozmowy / Jan Lis · Kiedy paczka?']);
  const { hour } = Temporal.Now.zonedDateTimeISO('Europe/Warsaw');
  const clock = (hours: number): string => `${String((hour + hours) % 24).padStart(2, '0')}:00`;
  await page.locator('[name=quietFrom]').fill(clock(23));
  await page.locator('[name=quietUntil]').fill(clock(2));
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.locator('.toast-note').waitFor();
  await office.mail({ from: 'ola@klient.test', subject: 'W nocy' });
  await unread(2);
  for (const tab of tabs) await tab.evaluate("navigator.locks.request('centrala-signalled', () => {})");
  t.deepEqual(
    (await shown()).filter((one) => one.includes('W nocy')),
    [],
  );
  t.deepEqual(complaints, []);
});

test('an agent hears the short and the long ring in his profile, and what comes then rings as long as he chose', async (t) => {
  const office = await officeFor(t);
  const { page, context, complaints } = await loggedIn(t, office);
  const choices = { ...USUAL, unassigned_message: { app: true, sound: true, desktop: false } };
  await savePreferences(office.scope, 1 as AgentId, { choices, quiet: null });
  await until('who wants to hear of it is known', async () => {
    await office.mail({ from: 'ola@klient.test', subject: 'Dzień dobry' });
    return (await office.scope.db('notifications')).length > 0;
  });
  await context.addInitScript(RECORD);
  const played = () => page.evaluate('globalThis.played') as Promise<number>;
  await page.goto(`${office.base}/profile`);
  await page.locator('[data-ring=short]').click();
  t.is(await played(), 2);
  await page.locator('[data-ring=long]').click();
  t.is(await played(), 12);
  await page.getByLabel('Długi', { exact: true }).check();
  await page.locator('form[action="/profile/ring"] button:not([type=button])').click();
  await page.locator('.toast-note').waitFor();
  // A click of his own lets the page sound.
  await page.locator('h1').click();
  const before = await played();
  const unread = Number(await page.locator('.bell b').innerText());
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  await page.locator('.bell b', { hasText: String(unread + 1) }).waitFor();
  await until('all tones sounded', async () => (await played()) === before + 10);
  t.deepEqual(complaints, []);
});
