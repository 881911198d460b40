import test from 'ava';
import { recordName, recordValue } from '../../core/sending-domains/record.ts';
import { smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, WIDE } from '../support/browser.ts';
import { startDns } from '../support/dns.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const SHOTS = process.env['SENDING_SHOTS'];

test('an administrator makes a DKIM key, publishes its record, and the next answer is signed', async (t) => {
  const dns = await startDns({});
  t.teardown(dns.stop);
  const office = await officeFor(t, { env: { CENTRALA_DNS_SERVERS: dns.server } });
  const { page, complaints } = await loggedIn(t, office);
  const shoot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  };
  await page.goto(`${office.base}/sending-domains`);
  await page.getByText('Wiadomości bez podpisu').waitFor();
  await shoot('domains-empty');
  await page.getByRole('button', { name: 'Utwórz klucz' }).click();
  await page.locator('.record code', { hasText: 'v=DKIM1; k=rsa; p=' }).first().waitFor();
  t.deepEqual(await seriousFindings(page, 'a key that waits'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
    await page.emulateMedia({ colorScheme: viewport === PHONE ? 'dark' : 'light' });
    await shoot(`domains-waiting-${viewport.width}`);
  }
  await page.getByRole('button', { name: 'Kopiuj' }).first().click();
  t.regex(String(await page.evaluate('getSelection().toString()')), /^c\d{8}\._domainkey$/);

  await page.getByRole('button', { name: 'Sprawdź teraz' }).click();
  await page.locator('.key-problem', { hasText: 'jeszcze' }).waitFor();
  const row = await office.scope.db('signing_keys').first();
  const record = { domain: 'firma.test', selector: row.selector, publicKey: row.public_key };
  await dns.change({ [recordName(record)]: { txt: [recordValue(record)] } });
  await page.getByRole('button', { name: 'Sprawdź teraz' }).click();
  await page.locator('.state.is-ok', { hasText: 'Podpisuje wiadomości' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'a key that signs'), []);
  await shoot('domains-signs');
  t.deepEqual(complaints, []);

  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy przyjdzie paczka?' });
  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1', { hasText: 'Kiedy przyjdzie' }).click();
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Jutro.');
  await page.keyboard.press('Control+Enter');
  await until('the answer arrived', () => office.relay.mails.length === 1, 20_000);
  t.regex(office.relay.mails[0]?.data ?? '', new RegExp(`^DKIM-Signature: [^]*?d=firma\\.test;[^]*?s=${row.selector};`));
  t.regex(office.relay.mails[0]?.from ?? '', /^biuro\+b\.d\d+-[0-9a-f]{20}@firma\.test$/);
  await office.scope.db('agents').update({ language: 'en' });
  await page.goto(`${office.base}/sending-domains`);
  await page.getByText('Signs messages').waitFor();
});

test('the form of an inbox shows what its way of sending needs, and names the relay that does not answer', async (t) => {
  const office = await officeFor(t);
  const { page } = await loggedIn(t, office);
  const shoot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  };
  await page.goto(`${office.base}/inboxes/1`);
  const second = page.getByLabel('Zapasowy serwer poczty wychodzącej');
  await second.waitFor();
  await shoot('inbox-relay');
  await page.getByLabel('Jak wysyłać pocztę').selectOption('direct');
  await second.waitFor({ state: 'hidden' });
  t.deepEqual(await seriousFindings(page, 'direct sending'), []);
  await shoot('inbox-direct');
  await page.getByLabel('Jak wysyłać pocztę').selectOption('relay');
  await second.fill('smtp://127.0.0.1:1');
  await page.getByRole('button', { name: 'Sprawdź połączenie i zapisz' }).click();
  await page.locator('.field.has-error', { has: second }).getByText('Serwer odrzuca połączenia').waitFor();
  await page.setViewportSize(PHONE);
  await shoot('inbox-refused-phone');
  await page.setViewportSize(WIDE);
  await second.fill(`smtp://127.0.0.1:${(await smtpPeer(t)).port}`);
  await page.getByRole('button', { name: 'Sprawdź połączenie i zapisz' }).click();
  await page.waitForURL('**/inboxes');

  office.relay.play({ CONNECT: () => 'drop' });
  await office.mail({ from: 'jan@klient.test', subject: 'Druga droga' });
  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1', { hasText: 'Druga droga' }).click();
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Tak.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Wysłano drugą drogą').waitFor();
  await shoot('second-route');
  await page.goto(`${office.base}/plugins`);
  await page.getByText('Z serwerem poczty wychodzącej nie da się połączyć').waitFor();
  await shoot('plugins');
});
