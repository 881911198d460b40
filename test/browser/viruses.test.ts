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

test('A file that cannot be scanned now is sent after a word of warning, and the mark comes when a virus was found', async (t) => {
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: '127.0.0.1:1' } });
  await office.mail({ from: 'jan@klient.test', subject: 'Cennik' });
  await office.pump.idle();
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  const away = page.getByText('Skaner wirusów teraz nie odpowiada.');
  t.is(await away.isVisible(), false, 'nothing is said where there is no file');
  const buffer = Buffer.from('nadano');
  await page.locator('.composer [name=files]').setInputFiles({ name: 'cennik.txt', mimeType: 'text/plain', buffer });
  await away.waitFor();
  await shot(page, 'unscanned-composer-pl');
  await page.locator('.composer .edit').fill('Oto cennik');
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound').getByText('Jeszcze nie sprawdzono, czy są tu wirusy').waitFor();
  await shot(page, 'unscanned-sent-pl');

  // It lies in a draft and among the files too when the scanner finds something in it.
  await page.goto(`${office.base}/files`);
  await page.locator('main [type=file]').setInputFiles({ name: 'cennik.txt', mimeType: 'text/plain', buffer });
  await page.locator('main form:has([type=file]) button').click();
  await page.getByText('niesprawdzony').waitFor();
  await shot(page, 'unscanned-files-pl');
  await page.goto(`${office.base}/conversations/1/draft/files`);
  await page.getByRole('button', { name: 'Dołącz' }).first().click();
  await page.locator('.ckept').getByText('niesprawdzony').waitFor();
  await shot(page, 'unscanned-draft-pl');
  await office.scope.db('file_scans').update({ virus_state: 'infected', virus_name: 'Eicar' });
  await office.scope.db('agents').update({ language: 'en' });
  await page.reload();
  await page.locator('.ckept').getByText('withheld: virus').waitFor();
  await page.getByText('Contains a virus: Eicar').waitFor();
  t.deepEqual(await seriousFindings(page, 'virus in what was sent'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
  }
  await shot(page, 'infected-draft-en');
  await page.locator('.composer .edit').fill('Once more');
  await page.keyboard.press('Control+Enter');
  await page.getByText('There is a virus in the file “cennik.txt”').waitFor();
  // What Chromium writes down of any request that was refused.
  t.deepEqual(complaints.splice(0), ['Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)']);
  await shot(page, 'infected-refused-en');
  await page.goto(`${office.base}/files/1`);
  await page.getByText('it can be neither downloaded nor sent').waitFor();
  t.deepEqual(await seriousFindings(page, 'a file with a virus'), []);
  await shot(page, 'infected-file-en');
  const about = { kind: 'virus_found', why: 'author', conversation_id: 1, message_id: 2, created_at: office.scope.now().toISOString() };
  await office.scope
    .db('notifications')
    .insert({ agent_id: 1, ...about, data: JSON.stringify({ reason: 'cennik.txt: Eicar', inOthers: true }) });
  await page.goto(`${office.base}/notifications`);
  await page.getByText('A virus was found in a file of your message').waitFor();
  await page.getByText('cennik.txt: Eicar · in other messages too').waitFor();
  await shot(page, 'virus-told-en');
  t.deepEqual(complaints, []);
});
