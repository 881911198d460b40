import test from 'ava';
import { startClamd } from '../../plugins/clamav/test/clamd.ts';
import { letter } from '../../plugins/clamav/test/letters.ts';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, shot, WIDE } from '../support/browser.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';

test('An agent sees in both languages that a message has a virus, and nothing of it opens by a click', async (t) => {
  const clamd = await startClamd();
  t.teardown(() => clamd.stop());
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: clamd.path } });
  await deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message: letter().toString() });
  await office.pump.idle();

  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1?folder=spam`);
  await page.getByText('Zawiera wirusa: Eicar-Test-Signature').waitFor();
  await page.getByText('W wiadomości jest wirus.').waitFor();
  t.is(await page.getByText('Pobierz mimo to').isVisible(), false);
  await page.locator('summary.is-infected', { hasText: 'faktura.com' }).click();
  await page.getByText('Pobierz mimo to').waitFor();
  t.deepEqual(await seriousFindings(page, 'virus'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
  }
  await shot(page, 'virus-pl');
  await office.scope.db('agents').update({ language: 'en' });
  await page.reload();
  await page.getByText('Contains a virus: Eicar-Test-Signature').waitFor();
  await shot(page, 'virus-en');
  t.deepEqual(complaints, []);
});
