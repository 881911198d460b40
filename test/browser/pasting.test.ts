import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { loggedIn, type Office, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const editor = (page: Page) => page.locator('.composer.rich .edit');

/** A conversation that is open in a window, the cursor in its composer. */
async function writing(t: ExecutionContext<unknown>): Promise<{ page: Page; office: Office }> {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Cennik' });
  const { page } = await loggedIn(t, office);
  await page.locator('#rows .row1').first().click();
  await editor(page).click();
  return { page, office };
}

const plainText = (page: Page): Promise<string> => page.locator('.composer textarea[name=text]').inputValue();

/** Pastes as a browser does what another program put on the clipboard. */
async function paste(page: Page, html: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', ${JSON.stringify(html)});
    clipboardData.setData('text/plain', 'x');
    document.querySelector('.composer .edit').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }`);
  await until('it is in the editor', async () => (await plainText(page)) !== '');
}

test('what is pasted from a sheet keeps its cells apart, in the editor and in the mail', async (t) => {
  const { page, office } = await writing(t);
  await paste(
    page,
    '<table><tr><td>Róża</td><td>100</td><td>250</td></tr><tr><td></td><td>7</td><td></td></tr><tr><th>Tulipan</th><td></td><td>90</td></tr></table>',
  );
  t.is(await plainText(page), 'Róża | 100 | 250\n7\nTulipan | | 90');
  await page.keyboard.press('Control+Enter');
  await until('the relay has the answer', () => office.relay.mails.length > 0);
  t.regex(office.relay.mails[0]?.data ?? '', /100 \| 250/);
});

test('blocks that are pasted from a page begin a line of their own, and program text keeps its lines', async (t) => {
  const { page } = await writing(t);
  await paste(
    page,
    '<section>Raz</section><section>Dwa</section><h4>Tytuł</h4>tekst<pre>a = 1\nb = 2</pre><dl><dt>Kolor</dt><dd>biały</dd></dl>',
  );
  t.is(await plainText(page), 'Raz\nDwa\nTytuł\ntekst\na = 1\nb = 2\nKolor\nbiały');
  await paste(page, '<table><tr><td><p>Oferta</p></td><td><p>Szanowni Państwo</p></td></tr></table>');
  t.is(await plainText(page), 'Oferta\nSzanowni Państwo', 'cells with lines of their own need no mark');
});

test('an empty line stays one, and lists keep their marks, however often one goes between styled and plain text', async (t) => {
  const { page } = await writing(t);
  await page.keyboard.type('Dzień dobry');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('wysłane.');
  for (let times = 0; times < 4; times += 1) {
    await page.locator('[data-plain]').click();
    t.is(await plainText(page), 'Dzień dobry\n\nwysłane.', `after ${times + 1}`);
  }
  await paste(page, '<p>Proszę:</p><ol><li>zdjęcie</li><li>numer</li></ol><p>Albo:</p><ul><li>telefon</li></ul>');
  await page.locator('[data-plain]').click();
  t.is(await plainText(page), 'Proszę:\n1. zdjęcie\n2. numer\nAlbo:\n- telefon');
});
