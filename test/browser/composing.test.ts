import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import { readComposer } from '../../core/drafts/form.ts';
import { saveDraft } from '../../core/drafts/save.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { ADMIN } from '../support/app.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { employ, type Person } from '../support/person.ts';
import { until } from '../support/until.ts';

const editor = (page: Page) => page.locator('#composer .edit');
const shows = (page: Page, selector: string, hasText: string | RegExp): Promise<void> =>
  page.locator(selector, { hasText }).first().waitFor({ state: 'attached' });

async function choose(page: Page, menu: string, name: string | RegExp): Promise<void> {
  await page.locator(`#thead summary[title^="${menu}"]`).click();
  await page.locator('#thead').getByRole('button', { name }).click();
}

async function pick(page: Page, key: 'l' | 'v', name: string): Promise<void> {
  await page.locator(`#thead [data-key=${key}]`).click();
  await page.locator('#picker-name:focus').waitFor();
  await page.keyboard.type(name);
  await page.locator('#picker [aria-selected=true], #picker .is-chosen, #picker li', { hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');
}

/** Each is done while the last words have not been saved yet. */
const DEEDS: readonly (readonly [string, (page: Page, colleague: Person) => Promise<unknown>])[] = [
  ['assigned', (page) => choose(page, 'Przypisz', 'Przypisz do mnie').then(() => shows(page, '.facts', 'Anna'))],
  [
    'labelled',
    async (page) => {
      await pick(page, 'l', 'Pilne');
      await shows(page, '#thead .label', 'Pilne');
      await page.keyboard.press('Escape');
    },
  ],
  ['filed', (page) => pick(page, 'v', 'Serwis').then(() => page.locator('#picker:not([open])').waitFor({ state: 'attached' }))],
  ['snoozed', (page) => choose(page, 'Odłóż', /Jutro/).then(() => shows(page, '.facts .tag', 'odłożona'))],
  [
    'closed',
    (page) =>
      page
        .locator('#thead button[data-key=e]')
        .click()
        .then(() => shows(page, '.facts .tag', 'zamknięta')),
  ],
  [
    'reopened',
    (page) =>
      page
        .locator('#thead button[data-key=e]')
        .click()
        .then(() => shows(page, '.facts .tag', 'otwarta')),
  ],
  [
    'switched',
    async (page) => {
      await page.locator('#c2 .row1').click();
      await page.locator('.talk[data-conversation="2"]').waitFor();
      await page.locator('#c1 .row1').click();
      await page.locator('.talk[data-conversation="1"]').waitFor();
    },
  ],
  [
    'noted by a colleague',
    async (page, { api }) => {
      await api('POST', '/conversations/1/messages', { kind: 'note', text: 'Sprawdzam w magazynie' });
      await shows(page, '.msg.internal', 'Sprawdzam w magazynie');
    },
  ],
  [
    'taken by a colleague',
    async (page, { api, id }) => {
      await api('PATCH', '/conversations/1', { assigneeId: id });
      await shows(page, '.facts', 'Piotr');
    },
  ],
  [
    'filed by a colleague',
    async (page, { api }) => {
      await api('PATCH', '/conversations/1', { folderId: 1 });
      await page.locator('.saved', { hasText: 'zapisano' }).waitFor();
    },
  ],
  [
    'merged with another by a colleague',
    async (page, { api }) => {
      await api('POST', '/conversations/2/merger', { into: 1 });
      await shows(page, '.line', 'Połączono z tą rozmową');
    },
  ],
  [
    'merged into another by a colleague',
    async (page, { api }) => {
      // His last words are in his tab alone, as while he goes on typing.
      const draft = '**/conversations/1/draft';
      await page.route(draft, (route) => route.abort());
      await api('POST', '/conversations/1/merger', { into: 3 });
      await shows(page, '.line', 'Połączono z tą rozmową: #1');
      await page.locator('#composer .edit:focus').waitFor({ timeout: 10_000 });
      await page.unroute(draft);
    },
  ],
  ['reloaded', (page) => page.reload()],
  [
    'cut off from the server',
    async (page) => {
      await page.context().setOffline(true);
      // What was typed before may be saved already, and a part of the page that was on its way still saves what stands there, past the cut.
      const notSaved = page.locator('.saved', { hasText: 'nie zapisano' });
      await page.keyboard.press('Backspace');
      const isCut = await notSaved.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
      if (!isCut) await page.keyboard.press('Space');
      await notSaved.waitFor();
      await page.context().setOffline(false);
      if (isCut) await page.keyboard.press('Space');
      await page.locator('.saved', { hasText: /^zapisano/ }).waitFor();
    },
  ],
  [
    'logged out',
    async (page) => {
      await page.context().clearCookies({ name: 'session' });
      await page.keyboard.press('Backspace');
      await page.locator('.saved', { hasText: 'wylogowano' }).waitFor();
      await page.reload();
      await page.fill('input[name=email]', ADMIN.email);
      await page.fill('input[name=password]', ADMIN.password);
      await page.keyboard.press('Enter');
    },
  ],
];

test('whatever is done while somebody writes, by himself or by a colleague, every word of it stays', async (t) => {
  const office = await officeFor(t);
  const { scope } = office;
  await addLabel(scope, 'Pilne', 'red');
  await addFolder(scope, 'Serwis');
  const colleague = await employ(office, 'Piotr');
  for (const subject of ['Kiedy paczka?', 'Zapomniałem dodać', 'Jeszcze jedno']) await office.mail({ from: 'jan@klient.test', subject });
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  let written = '';
  for (const [deed, act] of DEEDS) {
    await editor(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(`${deed}. `);
    written += `${deed}. `;
    await act(page, colleague);
    await editor(page).waitFor();
    const stands = (await editor(page).innerText()).replaceAll('\u00a0', ' ').trim();
    t.is(stands, written.trim(), deed);
    await until(
      `it is on the server: ${deed}`,
      async () => (await scope.db('drafts').first('text'))?.text.replaceAll('\u00a0', ' ').trim() === written.trim(),
    );
  }
  t.is((await scope.db('drafts')).length, 1);
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource|ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(text)),
    [],
  );
});

test('what is typed is saved within two seconds of the last key, and neither discarding nor a copy of another’s draft loses any of it', async (t) => {
  const script = readFileSync(resolve(import.meta.dirname, '../../views/assets/js/draft.js'), 'utf8');
  const waits = Number(/^const WAIT_MS = ([\d_]+);$/m.exec(script)?.[1]?.replaceAll('_', ''));
  t.true(waits > 0 && waits <= 1_500, String(waits));
  const office = await officeFor(t);
  const { scope } = office;
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { page } = await loggedIn(t, office);
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/draft') && asked.push(request.method()));
  await page.goto(`${office.base}/conversations/1`);
  await editor(page).click();
  await page.keyboard.type('Paczka wyjdzie jutro');
  await until('it is on the server', async () => (await scope.db('drafts').first('text'))?.text === 'Paczka wyjdzie jutro');
  await page.keyboard.type(', obiecuję');
  await page.locator('#composer summary[title="Więcej sposobów"]').click();
  await page.getByRole('button', { name: 'Usuń szkic' }).click();
  await page.locator('.toast-note', { hasText: 'Szkic usunięty' }).waitFor();
  t.deepEqual(await scope.db('drafts').pluck('text'), []);
  t.is(asked.at(-1), 'POST', 'nothing older was saved after it');
  await page.locator('.toast-undo').click();
  await page.locator('#composer .edit', { hasText: 'Paczka wyjdzie jutro, obiecuję' }).waitFor();
  t.deepEqual(await scope.db('drafts').pluck('text'), ['Paczka wyjdzie jutro, obiecuję']);
  const piotr = await employ(office, 'Piotr');
  await saveDraft(
    scope,
    piotr.id,
    1 as ConversationId,
    readComposer({ text: 'Paczka wyjdzie w piątek', html: '<div>Paczka wyjdzie w piątek</div>' }).draft,
  );
  await page.reload();
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Słowo.');
  await page.getByRole('button', { name: 'Weź kopię' }).click();
  await page.locator('#composer .edit', { hasText: 'Paczka wyjdzie w piątek' }).waitFor();
  t.true((await scope.db('draft_versions').pluck('text')).includes('Paczka wyjdzie jutro, obiecuję Słowo.'));
});

test('words that were saved while a slow page was on its way stand in it, and what was sent meanwhile does not', async (t) => {
  const office = await officeFor(t);
  const { scope } = office;
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { page } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  const stored = async () => (await scope.db('drafts').first('text'))?.text.trim();
  await editor(page).click();
  await page.keyboard.type('Paczka wyjdzie');
  await until('the first words are saved', async () => (await stored()) === 'Paczka wyjdzie');
  const saving = page.waitForResponse((response) => /jutro/.test(response.request().postData() ?? ''));
  await page.route('**/conversations/1', async (route) => {
    const rendered = await route.fetch();
    await saving;
    await route.fulfill({ response: rendered });
  });
  await page.keyboard.type(' jutro');
  await page.reload();
  t.is(await stored(), 'Paczka wyjdzie jutro');
  await page.unroute('**/conversations/1');
  await page.locator('#composer .edit', { hasText: 'Paczka wyjdzie jutro' }).waitFor();
  await editor(page).click();
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'Paczka wyjdzie jutro' }).waitFor();
  await page.reload();
  await editor(page).waitFor();
  t.is((await editor(page).innerText()).trim(), '');
});
