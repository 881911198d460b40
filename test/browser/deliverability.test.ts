import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { startDns } from '../support/dns.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

test('An administrator has a domain checked, sees what is wrong without a reload, and finds the record to paste', async (t) => {
  const dns = await startDns({
    'firma.test': { mx: ['10 mx.firma.test'], txt: ['v=spf1 mx -all'] },
    'mx.firma.test': { a: ['127.0.0.1'] },
  });
  t.teardown(dns.stop);
  const office = await officeFor(t, { env: { CENTRALA_DNS_SERVERS: dns.server } });
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/deliverability`);
  await page.getByText('Jeszcze nie sprawdzona').waitFor();
  await page.getByRole('link', { name: 'firma.test' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Tej domeny jeszcze nie sprawdzono').waitFor();
  await page.getByRole('button', { name: 'Sprawdź teraz' }).press('Enter');
  await page.getByText('Brak wpisu DMARC').waitFor({ timeout: 30_000 });
  t.true((await page.locator('#check-dmarc code').allTextContents()).includes('v=DMARC1; p=none; rua=mailto:biuro@firma.test'));
  t.deepEqual(await seriousFindings(page, 'domain'), []);
  await page.goto(`${office.base}/deliverability`);
  await page.getByText('Wymaga naprawy').waitFor();
  t.deepEqual(await seriousFindings(page, 'domains'), []);
  await office.scope.db('agents').update({ language: 'en' });
  await page.goto(`${office.base}/deliverability/firma.test`);
  await page.getByText('There is no DMARC record').waitFor();
  await until('the change is noted', async () => (await office.scope.db('domain_check_changes')).length > 0);
  t.deepEqual(complaints, []);
});
