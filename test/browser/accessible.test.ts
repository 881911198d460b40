// In a process of its own: it takes longer than any other.
import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { PHONE, picture, WIDE } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const NEWSLETTER =
  '<table width="600" bgcolor="#ffeecc"><tr><td><h1 style="color:#884400">Wiosna</h1><img src="https://klient.test/a.png"><p>Rabat 10%</p></td></tr></table>';

test('axe finds nothing serious on any screen of a working office, wide and light or on a dark phone', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  const found: string[] = [];
  const look = async (what: string, besides: readonly string[] = []): Promise<void> =>
    void found.push(...(await seriousFindings(page, what, besides)));
  const visit = async (path: string, besides: readonly string[] = []): Promise<void> => {
    await page.goto(office.base + path);
    await look(path, besides);
  };

  await look('the empty list');
  await office.mail({
    from: 'jan@klient.test',
    name: 'Jan Żółkiewski',
    subject: 'Kiedy przyjdzie paczka?',
    text: 'Czekam od poniedziałku.',
  });
  await office.mail({ from: 'sklep@klient.test', subject: 'Nowości', html: NEWSLETTER });
  await page.locator('#rows .row1').nth(1).waitFor();
  await look('the list');

  await page.locator('#rows .row1', { hasText: 'Kiedy przyjdzie' }).click();
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Dzień dobry, już sprawdzam.');
  await look('a conversation with the composer');
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'conversation-phone-dark');
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
  office.relay.play({ RCPT: () => '550 5.1.1 no such user' });
  await page.locator('#composer .edit').click();
  await page.keyboard.press('Control+Enter');
  await until('the answer was refused', async () => (await office.scope.db('deliveries').where({ status: 'failed' })).length === 1);
  await page.locator('.bar.is-bad').waitFor();
  await look('a conversation with a refusal');

  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1', { hasText: 'Nowości' }).click();
  await page.locator('.mailframe[style*=height]').waitFor();
  await look('a mail with HTML');

  await page.goto(`${office.base}/conversations`);
  for (const key of ['j', 'x', 'e']) await page.keyboard.press(key);
  await page.locator('#bulk-progress .bulk-line').waitFor();
  for (const key of ['j', 'x']) await page.keyboard.press(key);
  await page.locator('#rows .pick:checked').waitFor();
  await look('a picked row below an act on many');
  await visit('/bulk-actions/1', ['.topbar', '.settings-menu']);
  await visit('/deliveries?state=failed');
  await page.goto(`${office.base}/deliveries`);
  await look('the queue');
  await picture(page, 'queue');

  await page.goto(`${office.base}/inboxes/1`);
  await page.locator('input[name=relayUrl]').fill('smtp://127.0.0.1:1');
  await page.locator('.settings-main .btn-primary').first().click();
  await page.locator('.has-error, .error').first().waitFor();
  await look('an inbox form whose check failed');

  await page.context().clearCookies();
  await visit('/login');
  await visit('/setup');
  t.deepEqual(found, []);
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource|a\.png' violates/.test(text)),
    [],
  );
});
