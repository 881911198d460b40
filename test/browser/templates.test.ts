import test from 'ava';
import { createCanned } from '../../core/canned-responses/save.ts';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const PLAIN = { folder: 'Oferty', channel: null, subject: '', html: null };

test('a semicolon and three letters put a template in at the caret, undone by one key, and a place left open is asked about', async (t) => {
  const office = await officeFor(t);
  await createCanned(office.scope, null, { ...PLAIN, name: 'Żółte cenniki', text: 'Oto cennik, {{ contact.first_name }}.\n\nPozdrawiam' });
  await createCanned(office.scope, null, { ...PLAIN, name: 'Powitanie', text: '', html: '<div>Witaj <b>{{ contact.name }}</b></div>' });
  await office.mail({ from: 'jan@klient.test', name: 'Jan Nowak', subject: 'Pytanie o cenę' });
  await office.mail({ from: 'anonim@klient.test', subject: 'Bez nazwiska' });
  const { page, complaints } = await loggedIn(t, office);
  const editor = page.locator('.composer.rich .edit');
  const chosen = page.locator('#choices [aria-selected=true]');
  const preview = page.locator('.choices-preview');
  const text = async (): Promise<string> =>
    (await editor.innerText())
      .replace(/\n+/g, '|')
      .replaceAll('\u00a0', ' ')
      .replace(/[| ]+$/, '');

  await page.locator('#rows .row1', { hasText: 'Pytanie o cenę' }).click();
  await editor.click();
  await page.keyboard.type('Panie Janie; proszę. ;');
  t.is(await page.locator('#choices[open]').count(), 1);
  await page.keyboard.type('zol');
  await chosen.filter({ hasText: 'Żółte cenniki' }).waitFor();
  await preview.filter({ hasText: 'Oto cennik, Jan.' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'the choice of a template'), []);
  await shot(page, 'choices');
  await page.keyboard.press('Enter');
  await page.locator('#choices').waitFor({ state: 'hidden' });
  await until('the template is in', async () => (await text()) === 'Panie Janie; proszę. Oto cennik, Jan.|Pozdrawiam');
  await page.keyboard.press('Control+z');
  await until('it is out again', async () => (await text()) === 'Panie Janie; proszę.');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(';) tak ;');
  await page.keyboard.type('pow');
  await chosen.filter({ hasText: 'Powitanie' }).waitFor();
  await page.keyboard.press('Escape');
  await until('what was typed stays', async () => (await text()) === 'Panie Janie; proszę. ;) tak ;pow');
  await page.locator('.composer .tools [data-choices]').click();
  await chosen.waitFor();
  await page.keyboard.type('powit');
  await preview.filter({ hasText: 'Witaj Jan Nowak' }).waitFor();
  await page.keyboard.press('Enter');
  await editor.locator('b', { hasText: 'Jan Nowak' }).waitFor();

  await page.locator('#rows .row1', { hasText: 'Bez nazwiska' }).click();
  await page.locator('.talk h1, .talk h2', { hasText: 'Bez nazwiska' }).first().waitFor();
  await page.locator('[data-plain]').click();
  await page.locator('.composer.plain textarea').click();
  await page.keyboard.type('Dzień dobry. ;cennik');
  await chosen.filter({ hasText: 'Żółte cenniki' }).waitFor();
  await page.keyboard.press('Enter');
  const area = page.locator('.composer.plain textarea');
  await until(
    'it is in the plain text',
    async () => (await area.inputValue()) === 'Dzień dobry. Oto cennik, [?imię klienta?].\n\nPozdrawiam',
  );
  await page.keyboard.press('Control+z');
  t.is(await area.inputValue(), 'Dzień dobry. ');
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+Enter');
  await page.locator('.cproblem', { hasText: 'miejsca do uzupełnienia' }).waitFor();
  await shot(page, 'unfilled');
  await page.locator('input[name=unfilled]').check();
  await page.locator('[data-send]').click();
  await page.locator('.msg.outbound', { hasText: 'Oto cennik' }).waitFor();
  t.deepEqual(
    complaints.filter((line) => !/422/.test(line)),
    [],
  );
});
