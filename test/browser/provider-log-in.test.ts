import test from 'ava';
import { smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { startApp } from '../support/app.ts';
import { seriousFindings } from '../support/axe.ts';
import { startDovecot } from '../support/dovecot.ts';
import { REGISTERED, startOAuthServer } from '../support/oauth-server.ts';
import { loggedIn } from '../support/office.ts';

test('a mailbox is logged in to in the browser, which leaves for the provider, comes back and goes on to its folders', async (t) => {
  const address = 'biuro@firma.test';
  const oauth = await startOAuthServer();
  t.teardown(oauth.stop);
  const dovecot = await startDovecot([address], {}, `http://127.0.0.1:${oauth.port}/introspect`);
  t.teardown(dovecot.stop);
  const [peer, app] = [
    await smtpPeer(t, { EHLO: () => '250-relay.test\r\n250 AUTH XOAUTH2' }),
    await startApp(t, { services: oauth.services }),
  ];
  const { page, complaints } = await loggedIn(t, app);
  const found: string[] = [];
  const look = async (what: string): Promise<void> => void found.push(...(await seriousFindings(page, what)));

  await page.goto(`${app.base}/mailboxes/new/email/gmail`);
  await page.getByRole('link', { name: 'Zarejestruj Centralę' }).click();
  await page.fill('#f-clientId', REGISTERED.clientId);
  await page.fill('#f-clientSecret', REGISTERED.clientSecret);
  await look('register-google');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.getByText('Zapisano rejestrację: Google.').waitFor();

  await page.goto(`${app.base}/mailboxes/new/email/gmail`);
  await page.fill('#f-address', address);
  await page.getByRole('button', { name: 'Ustawienia serwerów' }).click();
  for (const [field, value] of Object.entries({
    imapHost: '127.0.0.1',
    imapPort: String(dovecot.tlsPort),
    smtpHost: '127.0.0.1',
    smtpPort: String(peer.port),
  }))
    await page.fill(`#f-${field}`, value);
  await page.selectOption('#f-smtpSecurity', 'none');
  await page.getByRole('button', { name: 'Zaloguj przez Google' }).click();
  await page.getByRole('heading', { name: 'Przejdź na stronę logowania' }).waitFor();
  await look('log-in-browser');
  await page.getByRole('link', { name: 'Zaloguj przez Google' }).click();

  await page.getByRole('heading', { name: 'Foldery', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Zakończ' }).click();
  await page.getByText('Skrzynka została podłączona').waitFor();
  t.true(await page.getByText('przez Google').isVisible());
  t.deepEqual(found, []);
  t.deepEqual(complaints, []);
});
