import test, { type ExecutionContext } from 'ava';
import { DKIM_RECORD, SELECTOR, signed } from '../../plugins/email/test/signed.ts';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { startDns } from '../support/dns.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const ZONES = {
  'wp.test': { txt: ['v=spf1 ip4:192.0.2.10 -all'] },
  '_dmarc.wp.test': { txt: ['v=DMARC1; p=reject'] },
  [`${SELECTOR}._domainkey.wp.test`]: { txt: [DKIM_RECORD] },
};
/** What Postfix on this machine would have written above the mail. */
const cameFrom = (ip: string): string =>
  `Received: from mx.wp.test (mx.wp.test [${ip}])\r\n by mx.firma.test (Postfix) with ESMTP id 1; Thu, 26 Nov 2026 10:00:00 +0100\r\n`;
const letter = (from: string, subject: string): string =>
  `From: ${from}\r\nTo: ${BIURO}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@wp.test>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0100\r\n\r\nDzien dobry\r\n`;

interface Found {
  readonly subject: string;
  readonly authentication: { readonly dmarc: { readonly result: string }; readonly pretences: readonly string[] };
}

async function office(t: ExecutionContext) {
  const dns = await startDns(ZONES);
  t.teardown(() => dns.stop());
  const made = await officeFor(t, { env: { CENTRALA_DNS_SERVERS: dns.server } });
  const send = (message: string) => deliver(t, made.smtpPort, { from: 'anna@wp.test', to: [BIURO], message });
  await send(cameFrom('192.0.2.10') + (await signed(letter('Anna Nowak <anna@wp.test>', 'Reklamacja'), 'wp.test')));
  await send(cameFrom('198.51.100.66') + letter('"Anna Nowak, kontakt@bank.test" <anna@wp.test>', 'Przelew'));
  return made;
}

test('a confirmed sender has a quiet line, a pretended one a warning and a mark in the list, the checks stand in the menu in both languages', async (t) => {
  const app = await office(t);
  const { page, complaints } = await loggedIn(t, app);
  const row = (subject: string) => page.locator('#rows .row1', { hasText: subject });
  const message = page.locator('.msg.inbound');
  await row('Przelew').waitFor();
  t.is(await row('Przelew').locator('.fail').count(), 1);
  t.is(await row('Reklamacja').locator('.fail').count(), 0);
  await shot(page, 'sender-list');

  await row('Reklamacja').click();
  await message.getByText('podpisane przez wp.test').waitFor();
  t.is(await message.locator('.pretends').count(), 0);
  await message.locator('.menu-button').click();
  for (const text of [
    'SPF: czy serwer 192.0.2.10 może wysyłać pocztę z wp.test',
    'DKIM: podpis wp.test, selektor s1',
    'prosi, by podrobione odrzucać',
  ])
    await message.locator('.checks', { hasText: text }).waitFor();
  t.is(await message.locator('.checks .is-good').count(), 3);
  await shot(page, 'sender-confirmed');
  t.deepEqual(await seriousFindings(page, 'a confirmed sender'), []);

  await page.goto(`${app.base}/conversations`);
  await row('Przelew').click();
  const warning = message.locator('.pretends');
  await warning.getByText('nadawca podaje się za anna@wp.test').waitFor();
  await warning.getByText('Domena wp.test nie potwierdza').waitFor();
  await warning.getByText('W nazwie nadawcy wpisano inny adres').waitFor();
  t.is(await message.locator('.signed').count(), 0);
  await shot(page, 'sender-pretends');
  t.deepEqual(await seriousFindings(page, 'a pretended sender'), []);

  await app.scope.db('agents').update({ language: 'en' });
  await page.reload();
  await warning.getByText('the sender pretends to be anna@wp.test').waitFor();
  await message.locator('.menu-button').click();
  await message.locator('.checks', { hasText: 'does not match' }).waitFor();
  await shot(page, 'sender-pretends-en');
  t.deepEqual(complaints, []);
});

test('the REST API says who really sent a message', async (t) => {
  const app = await office(t);
  const list = await until('both mails are there', async () => {
    const { json } = await app.api('GET', '/conversations');
    const { items } = json as { items: { id: number }[] };
    return items.length === 2 ? items : null;
  });
  const found: Found[] = [];
  for (const { id } of list) {
    const { json } = await app.api('GET', `/conversations/${id}/messages`);
    found.push(...(json as { items: Found[] }).items);
  }
  const of = (subject: string) => found.find((one) => one.subject === subject)?.authentication;
  t.like(of('Reklamacja'), { dmarc: { result: 'pass' }, pretences: [] });
  t.like(of('Przelew'), { dmarc: { result: 'fail' }, pretences: ['dmarc', 'other_address'] });
});
