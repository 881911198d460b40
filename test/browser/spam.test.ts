import test from 'ava';
import { GTUBE, HAM, letter } from '../../plugins/spamassassin/test/letters.ts';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, shot, WIDE } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { spamOfficeFor } from '../support/spam-office.ts';
import { until } from '../support/until.ts';

test('An agent finds a customer in spam, brings him back, calls another one spam by key, and the filter learns both', async (t) => {
  const { office, send } = await spamOfficeFor(t);
  await send(GTUBE);
  await send(letter('Los', 'you are the lucky winner'));
  await send(HAM);
  await until('all were received', async () => (await office.scope.db('conversations')).length === 3);

  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#folder-spam b', { hasText: '1' }).waitFor();
  t.is(await page.locator('#rows .row1').count(), 2);
  await page.locator('#folder-spam').click();
  await page.locator('#rows .row1', { hasText: 'Test' }).waitFor();
  t.is(await page.locator('#rows .row1').count(), 1);
  t.regex(await page.locator('#rows .marks').innerText(), /1[\s\u00a0]?000/);
  await page.locator('#rows .row1').click();
  await page.getByText('Filtr uznał tę wiadomość za spam.').waitFor();
  await page.getByText('Na wiadomość w spamie nie można odpowiedzieć.').waitFor();
  t.deepEqual(await seriousFindings(page, 'spam'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
  }
  await shot(page, 'spam');
  await page.getByText('Na podstawie czego').click();
  await page.getByText('GTUBE', { exact: true }).waitFor();
  const button = page.getByRole('button', { name: 'Zablokuj jan@klient.test' });
  await button.focus();
  // Whoever steps on while it is being blocked stays where he stepped, and what he has open stays open.
  const { promise: stepped, resolve: goOn } = Promise.withResolvers<void>();
  await page.route('**/blocking', (route) => stepped.then(() => route.continue()));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab');
  goOn();
  await page.getByText('Zablokowano jan@klient.test').waitFor();
  await button.waitFor({ state: 'detached' });
  t.is(await page.evaluate('document.activeElement.textContent'), 'Na podstawie czego');
  t.true(await page.getByText('GTUBE', { exact: true }).isVisible());
  await page.getByRole('button', { name: 'To nie spam' }).click();
  await page.locator('form.composer').waitFor();
  await page.locator('#folder-open').click();
  await page.locator('#rows .row1', { hasText: 'Test' }).waitFor();
  const lost = page.locator('#rows .row1', { hasText: 'Los' });
  await lost.focus();
  await page.keyboard.press('!');
  await lost.waitFor({ state: 'detached' });
  await page.locator('#folder-spam b', { hasText: '1' }).waitFor();
  await until('the filter has learned', async () => (await office.scope.db('jobs').where({ kind: 'spam_learn' })).length === 0);
  t.deepEqual(complaints, []);
});

test('An administrator sees thresholds, what will be deleted within a week, and takes a blocked sender off the list', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Wygrana' });
  await until('it was received', async () => (await office.scope.db('conversations')).length === 1);
  await office.api('PATCH', '/conversations/1', { spam: true });
  const old = new Date(Date.now() - 87 * 86_400_000).toISOString();
  await office.scope.db('conversations').update({ last_message_at: old });

  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/spam`);
  await page.getByText('Usunięta zostanie 1 rozmowa:').waitFor();
  await page.getByRole('link', { name: 'Wygrana' }).waitFor();
  await page.getByText('ostrzeżenie od 5, spam od 8').waitFor();
  t.deepEqual(await seriousFindings(page, 'settings'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
  }
  await shot(page, 'spam-settings');
  await page.getByLabel('Usuń po tylu dniach').fill('0');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.getByText('Spam nie jest usuwany.').waitFor();

  await page.getByRole('link', { name: 'Zablokowani nadawcy' }).click();
  await page.getByLabel('Adres albo domena').fill('bez sensu');
  await page.getByRole('button', { name: 'Zablokuj' }).click();
  await page.getByText('Podaj adres e-mail albo domenę').waitFor();
  await page.getByLabel('Adres albo domena').fill('Reklama.test');
  await page.getByRole('button', { name: 'Zablokuj' }).click();
  await page.locator('td', { hasText: 'reklama.test' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'blocked'), []);
  await shot(page, 'blocked-senders');
  await page.getByRole('button', { name: 'Odblokuj' }).click();
  await page.getByText('Nie ma zablokowanych nadawców').waitFor();
  t.deepEqual(
    complaints.filter((one) => !one.includes('422')),
    [],
  );
});

test('Spam and its settings speak English', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Prize' });
  await until('it was received', async () => (await office.scope.db('conversations')).length === 1);
  await office.api('PATCH', '/conversations/1', { spam: true });
  const { page } = await loggedIn(t, office);
  await office.scope.db('agents').update({ language: 'en' });
  await page.goto(`${office.base}/conversations/1?folder=spam`);
  await page.getByText('Marked as spam by an agent.').waitFor();
  await page.getByRole('button', { name: 'Not spam' }).waitFor();
  await page.goto(`${office.base}/spam`);
  await page.getByText('Nothing will be deleted.').waitFor();
});
