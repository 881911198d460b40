import test from 'ava';
import { recordRefusal } from '../../core/refusals/record.ts';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, shot, WIDE } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { smtpSession } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

test('An administrator follows a number of the balance to an unreadable mail and has it read again', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Zamówienie' });
  await until('the mail was received', async () => (await office.scope.db('raw_inbound').where({ status: 'received' })).length === 1);
  await office.mail({ from: 'ewa@klient.test', subject: 'Pytanie' });
  await until('both were received', async () => (await office.scope.db('raw_inbound').where({ status: 'received' })).length === 2);
  // As if reading it had failed: the bytes are there, the conversation is not.
  const second = await office.scope.db('raw_inbound').orderBy('id', 'desc').first();
  await office.scope.db('messages').where({ raw_inbound_id: second.id }).del();
  await office.scope.db('raw_inbound').where({ id: second.id }).update({ status: 'failed', error: 'too_slow: 10 s' });

  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/ledger`);
  await page.getByText('Wszystko się zgadza: 2 przyjęte wiadomości, różnica 0.').waitFor();
  t.deepEqual(await seriousFindings(page, 'balance'), []);
  await page.locator('tbody tr:nth-child(2) td[data-label="Nieczytelne"] a').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Odczytywanie trwało zbyt długo').waitFor();
  t.deepEqual(await seriousFindings(page, 'list'), []);
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${viewport.width}`);
  }
  await page.getByRole('button', { name: 'Spróbuj ponownie' }).click();
  await until('it was read again', async () => (await office.scope.db('raw_inbound').where({ status: 'received' })).length === 2);
  await page.goto(`${office.base}/ledger`);
  await page.locator('tbody tr:nth-child(2) td[data-label="Odebrane"]', { hasText: '2' }).waitFor();
  t.deepEqual(complaints, []);
});

test('The balance speaks English', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Order' });
  await until('the mail was received', async () => (await office.scope.db('raw_inbound').where({ status: 'received' })).length === 1);
  const { page } = await loggedIn(t, office);
  await office.scope.db('agents').update({ language: 'en' });
  await page.goto(`${office.base}/ledger`);
  await page.getByText('Everything adds up: 1 message accepted, difference 0.').waitFor();
  await page.getByRole('link', { name: 'Balance', exact: true }).waitFor();
});

test('The balance page says what was refused before it was accepted, and nothing when nothing was', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/ledger`);
  await page.locator('#ledger-proof').waitFor();
  t.is(await page.locator('#refused').count(), 0);
  const inboxIds = (await office.scope.db('inboxes').select('id')).map(({ id }) => id);
  const refusal = { inboxIds, reason: 'dmarc' as const, senderDomain: 'bank.test', mailFrom: 'x@evil.test', remoteIp: '198.51.100.66' };
  for (let n = 0; n < 5; n += 1) await recordRefusal(office.scope, refusal);
  await page.reload();
  await page.getByText('odmówiono przyjęcia 5 wiadomości').waitFor();
  t.is(await page.locator('#refused tbody tr').count(), 5);
  await page.locator('#refused', { hasText: '198.51.100.66' }).waitFor();
  t.is(await page.locator('#turn-aways').count(), 0);
  const smtp = await smtpSession(t, office.smtpPort);
  await smtp.greeting();
  await smtp.ehlo();
  await smtp.mailFrom('x@evil.test');
  await smtp.rcptTo('nikt@firma.test', '550 5.1.1');
  await smtp.quit();
  await until('it was written down', async () => (await office.scope.db('turn_aways')).length === 1);
  await page.reload();
  await page.locator('#turn-aways tr', { hasText: 'Nie ma takiego odbiorcy' }).locator('td', { hasText: '1' }).first().waitFor();
  await shot(page, 'ledger-refused');
  t.deepEqual(await seriousFindings(page, 'refused mail'), []);
  t.deepEqual(complaints, []);
});
