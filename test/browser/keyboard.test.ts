import test from 'ava';
import type { Page } from 'playwright-core';
import type { AgentId } from '../../core/lib/ids.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { openBrowser, openWindow } from '../support/browser.ts';
import { loggedIn, officeFor, typeLogIn } from '../support/office.ts';
import { until } from '../support/until.ts';

/** Where the typing goes, as a person sees it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.className + " " + (document.activeElement.name ?? "")') as Promise<string>;

test('an agent who steps on while a conversation is still being opened keeps the row he stepped to', async (t) => {
  const office = await officeFor(t);
  for (const n of [1, 2]) await office.mail({ from: `k${n}@klient.test`, subject: `Pytanie ${n}` });
  const { page } = await loggedIn(t, office);
  await page.locator('#rows .row1').nth(1).waitFor();
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/conversations\/\d+$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press('j');
  await page.keyboard.press('o');
  await page.keyboard.press('j');
  release();
  await page.locator('.talk[data-conversation="2"]').waitFor();
  await page.locator('.row1[aria-current]').first().waitFor({ state: 'attached' });
  await page.keyboard.press('o');
  await page.locator('.talk[data-conversation="1"]').waitFor();
  t.pass();
});

test('an answer begun before its conversation is there, or before its editor is, has every letter that was typed', async (t) => {
  const office = await officeFor(t);
  for (const n of [1, 2]) await office.mail({ from: `k${n}@klient.test`, subject: `Pytanie ${n}` });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').nth(1).waitFor();
  const [page1, squire] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route(/\/conversations\/\d+$/, (route) => page1.promise.then(() => route.continue()));
  await page.route(/squire/, (route) => squire.promise.then(() => route.continue()));
  for (const key of ['j', 'o', 'r']) await page.keyboard.press(key);
  await page.keyboard.type('Jurtox');
  await page.keyboard.press('Backspace');
  t.is(await page.locator('#composer').count(), 0);
  page1.resolve();
  await until('the field has the focus', async () => /text/.test(await focused(page)));
  await page.keyboard.type(' wyj');
  squire.resolve();
  await page.locator('#composer .edit').waitFor();
  await until('the editor has the focus', async () => /\bedit\b/.test(await focused(page)));
  await page.keyboard.type('dzie.');
  t.is((await page.locator('#composer .edit').innerText()).trim(), 'Jurto wyjdzie.');
  await page.keyboard.press('Escape');

  // One that is open already does not get what was meant for the other.
  const second = Promise.withResolvers<void>();
  await page.route(/\/conversations\/1$/, (route) => second.promise.then(() => route.continue()));
  for (const key of ['j', 'o', 'n']) await page.keyboard.press(key);
  await page.keyboard.type('no');
  // The list is made anew meanwhile.
  await office.mail({ from: 'k3@klient.test', subject: 'Pytanie 3' });
  await page.locator('#rows .row1', { hasText: 'Pytanie 3' }).waitFor();
  await page.keyboard.type('tka');
  second.resolve();
  await page.locator('.talk[data-conversation="1"]').waitFor();
  await until('the note is there', async () => /notka/.test(await page.locator('#composer').innerText()));
  t.is(await page.locator('#composer input[name=kind]:checked').inputValue(), 'note');
  await page.goto(`${office.base}/conversations/2`);
  await page.locator('#composer .edit', { hasText: 'Jurto wyjdzie.' }).waitFor();
  t.deepEqual(complaints, []);
});

test('an agent logs in, reads, answers, notes, searches and closes without ever touching the mouse', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await openWindow(await openBrowser(t));
  await typeLogIn(page, office.base);
  const press = (...keys: readonly string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

  // Mail arrives live; the second one is opened by stepping to it.
  await page.getByText('Wszystko odpisane').waitFor();
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy przyjdzie paczka?', text: 'Czekam od poniedziałku.' });
  await page.locator('#rows .row1').first().waitFor();
  await office.mail({ from: 'ola@klient.test', subject: 'Proszę o fakturę', text: 'Za zamówienie 12.' });
  await page.locator('#rows .row1').nth(1).waitFor();
  await press('j');
  t.regex(await focused(page), /row1/);
  await press('j', 'k', 'j', 'Enter');
  await page.locator('.msg.inbound').waitFor();
  const opened = page.url();
  await press('k', 'o');
  await page.waitForURL((url) => url.pathname.startsWith('/conversations/') && url.href !== opened);
  // Or what was open before would be taken for what is opened again.
  await page.locator('.msg.inbound', { hasText: 'Za zamówienie 12.' }).waitFor();
  await press('j', 'j', 'o');
  await page.waitForURL(opened);
  // The address changes before what is below it.
  await page.locator('.msg.inbound', { hasText: 'Czekam od poniedziałku.' }).waitFor();
  await page.locator('#composer .edit').waitFor();

  // r writes an answer; Ctrl+Enter sends it.
  await press('r');
  await until('the editor has the focus', async () => /\bedit\b/.test(await focused(page)));
  await page.keyboard.type('Dzień dobry, już sprawdzam. r n e / ?');
  await press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'już sprawdzam. r n e / ?' }).waitFor();
  await until('the relay has the answer', () => office.relay.mails.length === 1);
  await until('the editor is empty again', async () => (await page.locator('#composer .edit').innerText()).trim() === '');

  // n writes a note, which no customer gets.
  await press('Escape', 'n');
  await until('the editor has the focus', async () => /\bedit\b/.test(await focused(page)));
  t.true(await page.locator('#composer input[value=note]').isChecked());
  await page.keyboard.type('Dzwonił w tej sprawie.');
  await press('Control+Enter');
  await page.locator('.msg.internal', { hasText: 'Dzwonił w tej sprawie.' }).waitFor();
  t.is(office.relay.mails.length, 1);

  // ? shows the keys, and while it is open they do nothing.
  await press('Escape', '?');
  await page.locator('#keys[open] dt').first().waitFor();
  t.is(await page.evaluate('document.activeElement.closest("#keys")?.id'), 'keys');
  t.regex(await page.title(), /paczka/);
  t.is(await page.locator('#keys dt').count(), 28);
  await press('e', 'Escape');
  await page.locator('#keys:not([open])').waitFor({ state: 'attached' });
  t.is((await office.scope.db('conversations').where({ status: 'closed' })).length, 0);

  // h snoozes: the arrow goes to the first morning.
  await press('h');
  await page.locator('.later button[value=hours]:focus').waitFor();
  await press('ArrowDown', 'Enter');
  await page.locator('.bar', { hasText: 'Rozmowa odłożona do' }).waitFor();
  await page.getByRole('button', { name: 'Przywróć teraz' }).focus();
  await press('Enter');
  await page.locator('.bar', { hasText: 'Rozmowa odłożona do' }).waitFor({ state: 'detached' });

  // s follows the conversation, and again no more.
  const follows = async () => (await office.scope.db('followers').where({ agent_id: 1 })).length;
  const before = await follows();
  const said = (await page.locator('#thead [data-key=s]').textContent()) ?? '';
  await press('s');
  await page.locator('#thead [data-key=s]', { hasNotText: said }).waitFor({ state: 'attached' });
  t.not(await follows(), before);
  await press('s');
  await page.locator('#thead [data-key=s]', { hasText: said }).waitFor({ state: 'attached' });
  t.is(await follows(), before);

  // a opens people and teams; what is typed finds one, Enter takes it.
  await addTeam(office.scope, 'Serwis', [1 as AgentId]);
  await press('a');
  await page.locator('#picker-name:focus').waitFor();
  await page.keyboard.type('serw');
  await press('Enter');
  await page.locator('#thead .facts', { hasText: 'przypisana: Serwis' }).waitFor();

  // # deletes the open conversation and puts it back, and in the list the row that has the focus.
  const inTrash = async () => (await office.scope.db('conversations').whereNotNull('trashed_at')).length;
  await press('#');
  await page.locator('.bar', { hasText: 'Rozmowa jest w koszu' }).waitFor();
  t.is(await inTrash(), 1);
  await press('#');
  await page.locator('#composer:not(.is-closed)').waitFor();
  await page.locator('#rows .row1').first().focus();
  await press('#');
  await until('the row is in the trash', async () => (await inTrash()) === 1);
  await page.locator('#bulk-progress form[action$="/reversal"] button').press('Enter');
  await until('it is back', async () => (await inTrash()) === 0);
  await page.locator('#thead [data-key=e]').waitFor();
  await page.locator('#thead h1').focus();

  // e closes; / searches; u goes back.
  await press('e');
  await until('it is closed', async () => (await office.scope.db('conversations').where({ status: 'closed' })).length === 1);
  await press('/');
  t.regex(await focused(page), /\bq$/);
  await page.keyboard.type('fakturę');
  await press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === 'fakturę');
  await page.locator('#rows .row1', { hasText: 'Proszę o fakturę' }).waitFor();
  t.is(await page.locator('#rows .row1').count(), 1);
  await press('Escape', 'j', 'Enter');
  await page.locator('.msg.inbound', { hasText: 'Za zamówienie 12.' }).waitFor();
  await press('u');
  await page.waitForURL((url) => url.pathname === '/conversations');

  // A key of his own: the usual one does nothing any more.
  await office.scope.db('agents').update({ keys: '{"/":"g"}' });
  await page.goto(`${office.base}/conversations`);
  await press('/');
  t.notRegex(await focused(page), /\bq$/);
  await press('g');
  t.regex(await focused(page), /\bq$/);
  t.deepEqual(complaints, []);
});
