import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, PHONE, WIDE } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';
import { website } from '../support/website.ts';

const SHOTS = process.env['WIDGET_SHOTS'];

test('a customer on the website sees who is there, writes, and gets his answer by mail; with nobody there the logo is shown', async (t) => {
  const office = await officeFor(t);
  const site = await website(t, `${office.base}/widget.js`);
  const { page, complaints } = await loggedIn(t, office);
  const shoot = async (name: string, of = page): Promise<void> => {
    if (SHOTS) await of.screenshot({ path: `${SHOTS}/${name}.png` });
  };
  // Pictures as a person gives them: the logo is wide, the face square.
  const give = async (path: string, colour: string, width: number): Promise<void> => {
    await page.goto(`${office.base}${path}`);
    const url = String(
      await page.evaluate(
        `(() => { const c = document.createElement('canvas'); c.width = ${width}; c.height = 100; const d = c.getContext('2d'); d.fillStyle = '${colour}'; d.fillRect(0, 0, ${width}, 100); return c.toDataURL('image/png'); })()`,
      ),
    );
    const buffer = Buffer.from(url.split(',')[1] ?? '', 'base64');
    await page.locator('#f-picture').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer });
    await page.locator('form:has(#f-picture) button').first().click();
    await page.getByText('Zapisano').first().waitFor();
  };
  await give('/settings', 'rgb(255, 0, 0)', 200);
  await give('/profile', 'rgb(0, 0, 255)', 100);

  await page.goto(`${office.base}/widget/settings`);
  await shoot('settings-off');
  await page.getByRole('switch', { name: 'Widget włączony' }).check();
  await page.getByLabel('Adresy stron').fill(site);
  await page.getByLabel('Kolor').fill('#7318b6');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.getByRole('button', { name: 'Napisz do nas' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'settings of the widget'), []);
  await shoot('settings-on');
  await page.setViewportSize(PHONE);
  t.true(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'));
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('settings-phone-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);

  const customer = await openWindow(await openBrowser(t));
  await customer.page.goto(site);
  const button = customer.page.getByRole('button', { name: 'Napisz do nas' });
  const colourOf = (): Promise<unknown> =>
    customer.page.evaluate(`(async () => {
      const image = document.getElementById('centrala-widget').shadowRoot.querySelector('button img');
      if (!image) return null;
      const bitmap = await createImageBitmap(await (await fetch(image.src, { mode: 'no-cors' })).blob()).catch(() => null);
      return image.naturalWidth;
    })()`);
  await until('the face is on the button', async () => (await colourOf()) === 100);
  await shoot('site-online', customer.page);
  await button.focus();
  await customer.page.keyboard.press('Enter');
  const frame = customer.page.frameLocator('iframe');
  await frame.getByText('jest teraz na miejscu').waitFor();
  await shoot('site-open', customer.page);
  // The names of the fields and the order of Tab are all that a keyboard has.
  await frame.getByLabel('Imię i nazwisko').focus();
  await customer.page.keyboard.type('Jan Nowak');
  await customer.page.keyboard.press('Tab');
  await customer.page.keyboard.type('jan@klient.test');
  await customer.page.keyboard.press('Tab');
  await customer.page.keyboard.press('Tab');
  await customer.page.keyboard.type('Czy naprawiacie hulajnogi?');
  await frame.getByRole('button', { name: 'Wyślij' }).press('Enter');
  await frame.getByText('wiadomość dotarła').waitFor();
  await shoot('site-sent', customer.page);
  await customer.page.setViewportSize(PHONE);
  await customer.page.emulateMedia({ colorScheme: 'dark' });
  await frame.getByRole('link', { name: 'Napisz kolejną' }).click();
  await frame.getByLabel('Wiadomość').waitFor();
  await shoot('site-phone-dark', customer.page);
  t.deepEqual(customer.complaints, []);

  await page.goto(`${office.base}/conversations`);
  await page.locator('#rows .row1', { hasText: 'Czy naprawiacie hulajnogi?' }).click();
  await shoot('conversation');
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Tak, od ręki.');
  await page.keyboard.press('Control+Enter');
  await until('the answer is at the relay', () => office.relay.mails.length === 1, 20_000);
  t.deepEqual(office.relay.mails[0]?.to, ['jan@klient.test']);

  // Closed, it is closed on the next page too; open, it is open there.
  await customer.page.reload();
  await frame.getByLabel('Wiadomość').waitFor();
  await customer.page.getByRole('button', { name: 'Zamknij' }).click();

  // He says that he is busy: to visitors nobody is there.
  await office.scope.db('agents').update({ availability: 'busy' });
  await until(
    'the logo is on the button',
    async () => {
      await customer.page.goto(site);
      await button.waitFor();
      return (await until('some picture', colourOf)) === 200;
    },
    40_000,
  );
  await button.click();
  await frame.getByText('Nie ma nas teraz przy biurku').waitFor();
  await shoot('site-nobody', customer.page);
  t.deepEqual(complaints, []);
});

test('on a website that is not named, the browser does not show the form', async (t) => {
  const office = await officeFor(t);
  const site = await website(t, `${office.base}/widget.js`);
  const { page } = await loggedIn(t, office);
  await page.goto(`${office.base}/widget/settings`);
  await page.getByRole('switch', { name: 'Widget włączony' }).check();
  await page.getByLabel('Adresy stron').fill('https://firma.pl');
  await page.getByRole('button', { name: 'Zapisz' }).click();
  await page.getByRole('button', { name: 'Napisz do nas' }).waitFor();
  const stranger = await openWindow(await openBrowser(t));
  await stranger.page.goto(site);
  const blocked = stranger.page.waitForEvent('console', { predicate: (message) => message.text().includes('frame-ancestors') });
  await stranger.page.getByRole('button', { name: 'Napisz do nas' }).click();
  await blocked;
  t.is(await stranger.page.frameLocator('iframe').getByLabel('Wiadomość').count(), 0);
});
