import test from 'ava';
import { filePart, gzipOf, NAME, record, reportMail, reportXml } from '../../plugins/email/test/domain-reports.ts';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, shot, WIDE } from '../support/browser.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';

const STRANGER = '<spf><domain>bulk.test</domain><result>pass</result></spf>';
const DAY = 86_400;

/** A mail as a receiver sends it about one of the last days. */
function reported(organisation: string, daysAgo: number): string {
  const begin = (Math.floor(Date.now() / 1000 / DAY) - daysAgo) * DAY;
  const rows =
    record({ ip: '192.0.2.7', count: 40 + daysAgo * 7 }) +
    record({ ip: '2001:db8::17', count: 9, spf: 'fail' }) +
    record({ ip: '198.51.100.9', count: 5 + daysAgo, spf: 'fail', dkim: 'fail', disposition: 'quarantine', auth: STRANGER });
  const xml = reportXml(rows, { organisation, id: `${organisation}-${daysAgo}`, begin });
  return reportMail(filePart('application/gzip', `${NAME}.xml.gz`, gzipOf(xml))).replace(/\n/g, '\r\n');
}

test('DMARC reports that come by mail appear on the page of their domain without a reload, and open no conversation', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/deliverability/firma.test`);
  await page.getByText('Nie ma jeszcze raportów DMARC').waitFor();
  t.true((await page.locator('#domain').innerText()).includes(`rua=mailto:${BIURO}`));
  t.deepEqual(await seriousFindings(page, 'no reports'), []);
  await shot(page, 'domain-reports-empty');
  for (const [organisation, daysAgo] of [
    ['google.com', 3],
    ['google.com', 1],
    ['wp.pl', 1],
    ['Outlook.com', 2],
  ] as const)
    await deliver(t, office.smtpPort, { from: 'noreply@google.com', to: [BIURO], message: reported(organisation, daysAgo) });
  await page.getByText('bulk.test').waitFor({ timeout: 30_000 });
  await page.getByText('Outlook.com').first().waitFor({ timeout: 30_000 });
  t.is((await office.scope.db('conversations')).length, 0);
  for (const size of [PHONE, WIDE]) {
    await page.setViewportSize(size);
    t.deepEqual(await seriousFindings(page, `reports ${size.width}`), []);
    t.true(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), String(size.width));
  }
  await shot(page, 'domain-reports-pl');
  await page.locator('summary', { hasText: 'Dzień po dniu' }).click();
  await page.locator('#report-days time').first().waitFor();
  await page.locator('#sources').scrollIntoViewIfNeeded();
  await shot(page, 'domain-reports-days');
  await office.scope.db('agents').update({ language: 'en' });
  await page.reload();
  await page.getByText('Who sends in your name').first().waitFor();
  await page.locator('#sources').scrollIntoViewIfNeeded();
  await shot(page, 'domain-reports-en');
  t.deepEqual(complaints, []);
});
