import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const HTML_MAIL = `From: Ola <ola@klient.test>
To: ${BIURO}
Subject: Reklamacja
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Hałasują <b>łożyska</b>; co z ŁOŻYSKAMI?</p>`.replaceAll('\n', '\r\n');

test('the operators of the search are opened by keyboard in its box, and found words are marked in rows, texts and mail frames', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Pralka nie wiruje' });
  await deliver(t, office.smtpPort, { from: 'ola@klient.test', to: [BIURO], message: HTML_MAIL });
  await page.goto(`${office.base}/conversations`);
  await page.keyboard.press('/');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('od:kowalski').waitFor();
  t.deepEqual(await seriousFindings(page, 'search-help'), []);
  await shot(page, 'search-help');
  await page.keyboard.press('Escape');
  await page.getByText('od:kowalski').waitFor({ state: 'hidden' });
  await page.getByRole('searchbox').fill('od:jan jest:otwarta');
  await page.keyboard.press('Enter');
  await page.locator('#rows .row1', { hasText: 'Pralka' }).waitFor();
  await page.locator('#rows .row1', { hasText: 'Pralka' }).click();
  await page.locator('.msg').waitFor();
  const marked = () => page.evaluate('[...(CSS.highlights.get("found") ?? [])].map(String).join(" ")');
  await until('row and message are marked', async () => String(await marked()) === 'Jan Jan' || null);
  await page.getByRole('searchbox').fill('łożysk');
  await page.keyboard.press('Enter');
  await page.locator('#rows .row1', { hasText: 'Reklamacja' }).click();
  const inFrame = 'String([...(document.querySelector("iframe.mailframe")?.contentWindow.CSS.highlights.get("found") ?? [])])';
  t.is(await until('words in the frame are marked', async () => String(await page.evaluate(inFrame)) || null), 'łożyska,ŁOŻYSKAMI');
  await shot(page, 'search-marked');
  await page.getByRole('searchbox').fill('etykieta:nieznana');
  await page.keyboard.press('Enter');
  await page.getByText('Popraw wyszukiwanie').waitFor();
  t.deepEqual(await seriousFindings(page, 'search-problem'), []);
  t.deepEqual(complaints, []);
});
