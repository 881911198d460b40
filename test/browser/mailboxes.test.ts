import test from 'ava';
import { smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { startApp } from '../support/app.ts';
import { seriousFindings } from '../support/axe.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../support/dovecot.ts';
import { loggedIn } from '../support/office.ts';

test('a mailbox is connected in the browser: the stages follow the trial by themselves and lead on to its folders', async (t) => {
  const address = 'biuro@firma.test';
  const [dovecot, peer, app] = [await startDovecot([address]), await smtpPeer(t), await startApp(t)];
  t.teardown(dovecot.stop);
  const { page, complaints } = await loggedIn(t, app);
  const found: string[] = [];
  const look = async (what: string): Promise<void> => void found.push(...(await seriousFindings(page, what)));

  await page.goto(`${app.base}/mailboxes`);
  await page.getByRole('link', { name: 'Dodaj pierwszą skrzynkę pocztową' }).click();
  await page.getByRole('link', { name: 'Inna' }).click();
  await page.fill('#f-address', address);
  await page.getByRole('button', { name: 'Ustawienia serwerów' }).click();
  await page.fill('#f-password', DOVECOT_PASSWORD);
  for (const [field, value] of Object.entries({
    imapHost: '127.0.0.1',
    imapPort: String(dovecot.tlsPort),
    smtpHost: '127.0.0.1',
    smtpPort: String(peer.port + 1),
  }))
    await page.fill(`#f-${field}`, value);
  await page.selectOption('#f-smtpSecurity', 'starttls');
  await look('mailbox-account');
  await page.getByRole('button', { name: 'Przejdź dalej' }).click();

  await page.getByText('Nie udało się: Połączenie z serwerami').waitFor();
  await page.getByRole('link', { name: 'Popraw dane' }).click();
  t.is(await page.inputValue('#f-password'), '');
  await page.fill('#f-smtpPort', String(peer.port));
  await page.getByRole('button', { name: 'Przejdź dalej' }).click();

  await page.getByRole('heading', { name: 'Foldery', exact: true }).waitFor();
  await look('mailbox-places');
  t.true(await page.isChecked('input[value=Sent]'));
  await page.getByRole('button', { name: 'Zakończ' }).click();
  await page.getByText('Skrzynka została podłączona').waitFor();
  await look('mailbox');
  await page.getByRole('link', { name: 'Przejdź do rozmów' }).first().click();
  await page.waitForURL('**/conversations?inbox=1');
  t.deepEqual(found, []);
  t.deepEqual(complaints, []);
});
