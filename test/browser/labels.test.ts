import test from 'ava';
import { addLabel } from '../../core/labels/edit.ts';
import { COLOURS } from '../../core/labels/types.ts';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, PHONE, shot, WIDE } from '../support/browser.ts';
import { loggedIn, logIn, officeFor } from '../support/office.ts';

const NAMES = [
  'Bardzo ważne',
  'Reklamacja',
  'Faktura',
  'VIP',
  'Gwarancja',
  'Zwrot',
  'Pytanie',
  'Oferta',
  'Serwis',
  'Archiwum i inne sprawy',
];

test('labels are chosen, made and taken off by keyboard alone, and another viewer sees them at once', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Pralka nie wiruje' });
  await office.mail({ from: 'ola@klient.test', name: 'Ola Sęk', subject: 'Kiedy przyjdzie zamówienie numer 4312?' });
  await page.goto(`${office.base}/labels`);
  await shot(page, 'labels-none');
  for (const [n, name] of NAMES.entries()) await addLabel(office.scope, name, COLOURS[n] ?? 'grey');

  const found: string[] = [];
  const look = async (what: string): Promise<void> => {
    found.push(...(await seriousFindings(page, what)));
    await shot(page, what);
  };

  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1', { hasText: 'Pralka' }).click();
  await page.locator('#thead h1:focus').waitFor();
  const { page: other } = await openWindow(await openBrowser(t));
  await logIn(other, office.base);
  await other.goto(`${office.base}/conversations/1`);
  await other.locator('#msgs .msg').waitFor();

  await page.keyboard.press('l');
  await page.locator('#picker-name:focus').waitFor();
  await look('labels-picker');
  // Without diacritics; Enter takes the first that fits and keeps the field.
  for (const [typed, name] of [
    ['wazne', 'Bardzo ważne'],
    ['rekl', 'Reklamacja'],
    ['gwar', 'Gwarancja'],
    ['Pilny zwrot', 'Pilny zwrot'],
    ['archiw', 'Archiwum i inne sprawy'],
  ] as const) {
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
    await page.locator('#thead .label', { hasText: name }).waitFor({ state: 'attached' });
    t.is(await page.evaluate('document.activeElement.id'), 'picker-name');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
  }
  await page.keyboard.type('rekl');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('#thead .label', { hasText: 'Reklamacja' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.locator('#picker[open]').waitFor({ state: 'detached' });

  // The other window shows it in the header and in the row, three of four and the rest as a number.
  await other.locator('#thead .label', { hasText: 'Pilny zwrot' }).waitFor();
  await other.locator('#c1 .marks .tag', { hasText: '+1' }).waitFor();
  t.is(await other.locator('#c1 .marks .label').count(), 3);
  await look('labels-conversation');

  await page.locator('#thead .label', { hasText: 'Gwarancja' }).click();
  await page.locator('.list-head h1', { hasText: 'Gwarancja' }).waitFor();
  t.is(await page.locator('#rows .row1').count(), 1);
  await shot(page, 'labels-list');

  // The contact's, by the same key with Shift; on a phone too, where his panel is closed.
  for (const [width, name] of [
    [1440, 'Stały klient'],
    [390, 'Hurtownik'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${office.base}/conversations/1`);
    await page.locator('#label-contact[data-key=L]').waitFor({ state: 'attached' });
    await page.keyboard.press('?');
    await page.locator('#keys[open]').getByText('etykiety kontaktu').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+L');
    await page.locator('#picker[open] h2', { hasText: 'Etykiety kontaktu' }).waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await page.locator('#contact-labels .label', { hasText: name }).waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await page.locator('#picker[open]').waitFor({ state: 'detached' });
  }
  t.is(await page.locator('#label-contact').getAttribute('title'), 'Etykiety kontaktu (L)');
  await page.setViewportSize(WIDE);

  await page.goto(`${office.base}/labels`);
  await look('labels-settings');
  await page.getByRole('link', { name: 'Gwarancja' }).click();
  await page.getByRole('button', { name: 'Połącz' }).waitFor();
  await shot(page, 'labels-one');
  await page.getByRole('button', { name: 'Usuń etykietę' }).click();
  await page.locator('.toast-undo').click();
  await page.getByText('wróciła').waitFor();
  await other.locator('#thead .label', { hasText: 'Gwarancja' }).waitFor();
  t.deepEqual(found, []);
  t.deepEqual(complaints, []);
});

test('the longest label leaves the picker of a phone its width, its field and its way out', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Zapytanie' });
  await addLabel(office.scope, 'Reklamacje przekazane do producenta i czekające na odpowiedź', 'red');
  const { page } = await loggedIn(t, office);
  await page.setViewportSize(PHONE);
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('a[data-picker][href$="/labels"]').click();
  await page.locator('#picker .label', { hasText: 'Reklamacje' }).waitFor();
  t.is(
    await page
      .locator('#picker')
      .evaluate((picker: { scrollWidth: number; clientWidth: number }) => picker.scrollWidth - picker.clientWidth),
    0,
  );
  await page.locator('#picker [data-close]').click();
  await page.locator('#picker').waitFor({ state: 'hidden' });
  await page.goto(`${office.base}/conversations/1/labels`);
  t.is(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
});
