import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { type SmtpSession, smtpSession } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

test('an administrator refuses a sender and trusts another, switches greylisting on, and the next mail feels it', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  const from = async (sender: string): Promise<SmtpSession> => {
    const smtp = await smtpSession(t, office.smtpPort);
    await smtp.greeting();
    await smtp.ehlo();
    await smtp.mailFrom(sender);
    return smtp;
  };

  await page.goto(`${office.base}/admissions`);
  await page.getByText('Nikomu się nie odmawia').waitFor();
  await shot(page, 'admissions-empty');
  t.deepEqual(await seriousFindings(page, 'no rules'), []);
  const add = async (verdict: string, subject: string, value: string, reason = ''): Promise<void> => {
    if (!(await page.getByLabel('Co robić').isVisible())) await page.getByText('Nowa reguła').click();
    await page.getByLabel('Co robić').selectOption(verdict);
    await page.getByLabel('Czego dotyczy').selectOption(subject);
    await page.getByLabel('Kogo').fill(value);
    await page.getByLabel('Powód').fill(reason);
    await page.getByRole('button', { name: 'Dodaj regułę' }).click();
  };
  await add('deny', 'network', 'example.com');
  await page.getByText('Wpisz adres IP albo sieć').waitFor();
  t.deepEqual(await seriousFindings(page, 'a wrong rule'), []);
  await add('deny', 'sender', 'oferty.test', 'Oferty, o które nikt nie prosił');
  await page.locator('code', { hasText: 'oferty.test' }).waitFor();
  await add('allow', 'sender', 'jan@oferty.test', 'Stały klient');
  await page.locator('code', { hasText: 'jan@oferty.test' }).waitFor();

  await (await from('newsletter@oferty.test')).rcptTo(BIURO, '554 5.7.1');
  await (await from('jan@oferty.test')).rcptTo(BIURO, '250 2.1.5');
  const row = page.locator('#admissions tbody tr', { hasText: 'Oferty, o które' });
  await until('the refusal is counted', async () => {
    await page.reload();
    return /\b1\b/.test(await row.locator('td').nth(2).innerText());
  });
  await shot(page, 'admissions-full');
  t.deepEqual(await seriousFindings(page, 'rules'), []);

  await page.goto(`${office.base}/plugins/email`);
  await shot(page, 'plugins-email');
  t.deepEqual(await seriousFindings(page, 'the settings of the plugin'), []);
  await page.getByLabel('Własne sieci').fill('192.0.2.0/99');
  await page.getByLabel('Szara lista').check();
  await page.locator('.settings-main .btn-primary').click();
  await page.getByText('Wpisz adresy lub sieci oddzielone przecinkami').waitFor();
  t.true(await page.getByLabel('Szara lista').isChecked());
  await page.getByLabel('Własne sieci').fill('192.0.2.0/24');
  await page.locator('.settings-main .btn-primary').click();
  await page.locator('.has-error').first().waitFor({ state: 'detached' });
  await until('the listener is back', () =>
    from('a@b.test').then(
      () => true,
      () => false,
    ),
  );
  await (await from('obcy@klient.test')).rcptTo(BIURO, '450 4.7.1');
  await (await from('jan@oferty.test')).rcptTo(BIURO, '250 2.1.5');

  await page.goto(`${office.base}/admissions`);
  await row.getByRole('button', { name: 'Usuń' }).click();
  await row.waitFor({ state: 'detached' });
  await (await from('newsletter@oferty.test')).rcptTo(BIURO, '450 4.7.1');
  t.deepEqual(
    complaints.filter((text) => !text.includes('422')),
    [],
  );
});
