import test from 'ava';
import { openBrowser, openWindow } from '../support/browser.ts';
import { logIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const QUOTED = 'Proszę o fakturę.\n\nW dniu 24.11.2026 o 10:12 Biuro pisze:\n> Dzień dobry,\n> dziękujemy za zamówienie.\n';
const HTML =
  '<p>Druga wiadomość</p><div class="gmail_quote"><div class="gmail_attr">W dniu 24.11.2026 o 10:12 Biuro &lt;biuro@firma.test&gt; napisał:</div><blockquote class="gmail_quote">Cytat w ramce</blockquote></div>';

/** What would be on paper: the window's `print` tells what is visible then, instead of asking for a printer. */
const PAPER = `window.print = () => {
  window.dispatchEvent(new Event('beforeprint'));
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
  const frame = document.querySelector('iframe.mailframe');
  window.paper = {
    chrome: seen('.topbar, .rail, .list, .acts, .composer, .context, .msg .menu, .msg .avatar, .toast'),
    messages: seen('.msg'),
    text: document.querySelector('.talk').innerText,
    date: getComputedStyle(document.querySelector('.msg time'), '::after').content,
    frame: frame.contentDocument.querySelectorAll('details:not([open])').length + ' folded, ' + (frame.clientHeight >= frame.contentDocument.documentElement.offsetHeight),
  };
  window.dispatchEvent(new Event('afterprint'));
};`;

test('a message or a whole conversation is printed with sender, date and quoted text, without the screen around it', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Faktura', text: QUOTED });
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Re: Faktura', html: HTML });
  await office.pump.idle();
  await office.scope.db('messages').update({ conversation_id: 1 });
  const { page, complaints } = await openWindow(await openBrowser(t), { dark: true });
  await logIn(page, office.base);
  await page.addInitScript(PAPER);
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('.mailframe[style*=height]').waitFor();
  const print = async (menu: string): Promise<Record<string, unknown>> => {
    const choice = page.locator(menu);
    await choice.locator('.menu-button').click();
    await page.emulateMedia({ media: 'print' });
    await until('the ink is dark', () =>
      page.evaluate(`getComputedStyle(document.querySelector('.msg .text')).color === 'rgb(28, 39, 51)'`),
    );
    await choice.locator('[data-print]').dispatchEvent('click');
    await page.emulateMedia({ media: 'screen' });
    await page.keyboard.press('Escape');
    return page.evaluate('window.paper');
  };
  const one = await print('#message-1 .menu');
  t.like(one, { chrome: 0, messages: 1 });
  t.regex(String(one['text']), /^Faktura\n[\s\S]*Jan Lis[\s\S]*jan@klient\.test[\s\S]*Proszę o fakturę[\s\S]*dziękujemy za zamówienie/);
  t.regex(String(one['date']), /20\d\d/);
  const whole = await print('.thead .menu:has([data-print])');
  t.like(whole, { chrome: 0, messages: 2, frame: '0 folded, true' });
  t.is(await page.locator('.fold[open]').count(), 0);
  t.is(await page.locator('.msg').count(), 2);
  await page.locator('#message-1').waitFor();
  t.true((await page.pdf()).length > 10_000);
  t.deepEqual(complaints, []);
});

test('a print that does not begin at the first message says so, until the earlier ones are shown', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Długa rozmowa', text: 'Od tego się zaczęło.' });
  for (let n = 2; n <= 60; n += 1) await office.api('POST', '/conversations/1/messages', { kind: 'note', text: `Notatka numer ${n}.` });
  const { page } = await openWindow(await openBrowser(t));
  await logIn(page, office.base);
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('.msg.internal', { hasText: 'Notatka numer 60.' }).waitFor();
  const paper = async (): Promise<string> => {
    await page.emulateMedia({ media: 'print' });
    const text = await page.locator('.talk').innerText();
    await page.emulateMedia({ media: 'screen' });
    return text;
  };
  const cut = await paper();
  t.false(cut.includes('Od tego się zaczęło'));
  t.regex(cut, /Na tym wydruku brakuje wcześniejszych wiadomości/);
  t.notRegex(cut, /Pokaż wcześniejsze/);
  t.notRegex(await page.locator('.talk').innerText(), /Na tym wydruku/);
  await page.locator('#earlier-messages a').click();
  await page.locator('#earlier-messages').waitFor({ state: 'detached' });
  const whole = await paper();
  t.regex(whole, /Od tego się zaczęło/);
  t.notRegex(whole, /Na tym wydruku/);
});
