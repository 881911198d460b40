import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, shot, WIDE } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('An agent merges two conversations from the list, undoes it in the line, and takes a message apart', async (t) => {
  const office = await officeFor(t);
  await office.mail({
    from: 'jan@klient.test',
    name: 'Jan Kowalski',
    subject: 'Pralka nie działa',
    text: 'Pralka nie wiruje. Proszę o pomoc.',
  });
  await office.mail({
    from: 'jan.kowalski@dom.test',
    name: 'Jan Kowalski',
    subject: 'Zgłoszenie naprawy',
    text: 'Piszę z domu w sprawie pralki.',
  });
  await until('both were received', async () => (await office.scope.db('conversations')).length === 2);

  const { page, complaints } = await loggedIn(t, office);
  const rows = page.locator('#rows .row1');
  await rows.nth(1).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('Zaznaczone: 2', { exact: true }).waitFor();
  await shot(page, 'picked');
  await page.getByRole('button', { name: 'Połącz…' }).click();
  await page.getByRole('heading', { name: 'Połącz rozmowy' }).waitFor();
  await page.getByText('Pralka nie wiruje. Proszę o pomoc.').waitFor();
  t.deepEqual(await seriousFindings(page, 'merger'), []);
  await shot(page, 'merger');
  await page.getByRole('button', { name: 'Połącz 2 rozmowy' }).click();
  await page.locator('.line', { hasText: 'Połączono z tą rozmową: #2 Zgłoszenie naprawy' }).waitFor();
  t.is(await page.locator('.msg').count(), 2);
  t.deepEqual(await seriousFindings(page, 'merged'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
  }
  await shot(page, 'merged');
  await until('one row is left', async () => (await rows.count()) === 1);

  await page.locator('.msg').nth(1).locator('.menu-button').click();
  await shot(page, 'choices');
  await page.keyboard.press('Escape');
  await page.goto(`${office.base}/conversations/2`);
  await page.getByText('Rozmowa #2 została połączona z tą: #1').waitFor();
  t.regex(page.url(), /\/conversations\/1$/);
  await page.locator('.line').getByRole('button', { name: 'Cofnij' }).click();
  await page.locator('.line.is-undone').waitFor();
  await until('both rows are back', async () => (await rows.count()) === 2);

  await page.goto(`${office.base}/conversations/merger?ids=1`);
  await page.getByRole('searchbox', { name: 'Temat, nadawca, słowa albo numer rozmowy' }).pressSequentially('napraw');
  await page.locator('.candidate', { hasText: 'Zgłoszenie naprawy' }).waitFor();
  await shot(page, 'search');
  await page.locator('.candidate').first().press('Enter');
  await page.getByRole('button', { name: 'Połącz 2 rozmowy' }).click();
  await page.locator('.line:not(.is-undone)').waitFor();
  await page.locator('.msg').nth(1).locator('.menu-button').click();
  await page.getByRole('button', { name: 'Wydziel tylko tę wiadomość' }).click();
  await page.locator('.line', { hasText: 'Wydzielono z rozmowy: #1 Pralka nie działa' }).waitFor();
  await page.locator('.msg').locator('.menu-button').click();
  await page.getByRole('link', { name: 'Przenieś do innej rozmowy…' }).click();
  await page.getByRole('heading', { name: 'Przenieś wiadomość' }).waitFor();
  await page.getByRole('searchbox', { name: 'Temat, nadawca, słowa albo numer rozmowy' }).fill('pralka');
  await page.locator('button.candidate', { hasText: 'Pralka nie działa' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'mover'), []);
  await shot(page, 'mover');
  await page.locator('button.candidate').click();
  await page.locator('.line', { hasText: 'Połączono z tą rozmową: #3 Zgłoszenie naprawy' }).waitFor();
  await page.getByText('Wiadomość przeniesiona').waitFor();
  await until('one row is left again', async () => (await rows.count()) === 1);
  await shot(page, 'moved');
  t.deepEqual(complaints, []);
});
