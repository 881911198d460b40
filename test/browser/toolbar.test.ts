import test from 'ava';
import type { Page } from 'playwright-core';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const editor = (page: Page) => page.locator('.composer.rich .edit');

/** Quoted-printable (RFC 2045 §6.7) as the words it stands for. */
const decoded = (data: string): string =>
  Buffer.from(
    data.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

test('each button of the composer marks what is written, shows that it is pressed, and the mail that leaves says the same as HTML and as text', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/new`);
  await page.fill('#to', 'jan@klient.test');
  await page.fill('#subject', 'Oferta');
  await editor(page).click();
  const press = async (tool: string, expected: boolean): Promise<void> => {
    await page.locator(`.composer [data-tool=${tool}]`).click();
    await page.locator(`.composer [data-tool=${tool}][aria-pressed=${expected}]`).waitFor();
  };
  const type = (text: string): Promise<void> => page.keyboard.type(text);
  const line = (): Promise<void> => page.keyboard.press('Enter');
  for (const [tool, word] of [
    ['bold', 'gruby'],
    ['italic', 'pochyły'],
    ['underline', 'podkreślony'],
    ['strike', 'przekreślony'],
  ] as const) {
    await press(tool, true);
    await type(word);
    await press(tool, false);
    await type(' ');
  }
  await line();
  for (const [tool, word] of [
    ['center', 'środek'],
    ['right', 'prawo'],
  ] as const) {
    await press(tool, true);
    await type(word);
    await line();
    await press(tool, false);
  }
  for (const [tool, word] of [
    ['list', 'kropka'],
    ['numbers', 'numer'],
  ] as const) {
    await press(tool, true);
    await type(`${word} a`);
    await line();
    await type(`${word} b`);
    await line();
    await press(tool, false);
  }
  await press('quote', true);
  await type('cytat');
  await line();
  await press('quote', false);
  await type('strona');
  await page.keyboard.press('Shift+Home');
  page.once('dialog', (dialog) => void dialog.accept('https://firma.test/oferta'));
  await press('link', true);

  // What is kept looks the same when it is opened again.
  await page.locator('.saved', { hasText: 'zapisano' }).waitFor();
  const written = await editor(page).innerText();
  await page.reload();
  await editor(page).waitFor();
  t.is(await editor(page).innerText(), written);
  t.is(
    await editor(page)
      .locator('div', { hasText: /^środek/ })
      .evaluate((one) => one.getAttribute('align')),
    'center',
  );

  await page.locator('[data-send]').click();
  await page.waitForURL(/\/conversations\/\d+$/);
  const { text, html } = await until('it is written', () =>
    office.scope.db('messages').where({ direction: 'outbound' }).first('text', 'html'),
  );
  for (const part of [
    /<b>gruby<\/b>/,
    /<i>pochyły<\/i>/,
    /<u>podkreślony<\/u>/,
    /<s>przekreślony<\/s>/,
    /<div align="center">środek/,
    /<div align="right">prawo/,
    /<ul><li>(<div>)?kropka a.*kropka b.*<\/ul>/s,
    /<ol><li>(<div>)?numer a.*numer b.*<\/ol>/s,
    /<blockquote>(<div>)?cytat/,
    /<a href="https:\/\/firma\.test\/oferta"[^>]*>strona<\/a>/,
  ])
    t.regex(html, part);
  t.is(
    text.replace(/\n+/g, '\n'),
    'gruby pochyły podkreślony przekreślony\nśrodek\nprawo\n- kropka a\n- kropka b\n1. numer a\n2. numer b\ncytat\nstrona <https://firma.test/oferta>',
  );
  const [mail] = await until('the relay has it', () => (office.relay.mails.length > 0 ? office.relay.mails : null));
  t.regex(mail?.data ?? '', /^Content-Type: multipart\/alternative/im);
  const wire = decoded(mail?.data ?? '');
  for (const part of [
    '1. numer a',
    '- kropka b',
    'strona <https://firma.test/oferta>',
    'align="center"',
    'align="right"',
    '<ol>',
    '<u>podkreślony',
  ])
    t.true(wire.includes(part), part);
  t.deepEqual(complaints, []);
});

test('a new message is left by its cancel, and its draft waits', async (t) => {
  const office = await officeFor(t);
  const { page } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/new`);
  await page.fill('#subject', 'Nie teraz');
  await page.locator('.newmail').getByRole('link', { name: 'Anuluj' }).click();
  await page.waitForURL(/\/conversations$/);
  await until('the draft is kept', async () => (await office.scope.db('drafts')).length === 1);
  await page.goto(`${office.base}/conversations/new`);
  t.is(await page.inputValue('#subject'), 'Nie teraz');
});

test('however narrow the composer and long the name of what sends, no button of it covers another, and a chosen file stays in its pill', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Pytanie' });
  const { page } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/1`);
  const wrong: string[] = [];
  for (const language of ['pl', 'en']) {
    if (language === 'en') {
      // With a chosen file the browser asks whether to leave the page.
      page.once('dialog', (dialog) => dialog.accept());
      await page.evaluate(`document.querySelector('form[action="/language"] [value=en]').click()`);
    }
    await page.locator(`html[lang=${language}]`).waitFor();
    await editor(page).waitFor();
    const file = { name: `${'umowa'.repeat(40)}.txt`, mimeType: 'text/plain', buffer: Buffer.from('x') };
    await page.locator('.composer input[type=file]').setInputFiles(file);
    await page.locator('.cfiles .pill').waitFor();
    for (const width of [1440, 1280, 1100, 1024, 820, 390, 360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const key of ['r', 'n', 'f']) {
        await page.evaluate('document.activeElement.blur()');
        await page.keyboard.press(key);
        const [free, over] = await page.evaluate<[number, number]>(`(() => {
          const [send, pill] = [document.querySelector('.composer .send'), document.querySelector('.cfiles .pill')];
          const ends = [...document.querySelectorAll('.composer .tools :is(button, .attach)')].map((one) => one.getBoundingClientRect().right);
          return [send.getBoundingClientRect().left - Math.max(...ends), pill.scrollWidth - pill.clientWidth];
        })()`);
        if (free < 0) wrong.push(`${language} ${width} ${key}: a button is covered`);
        if (over > 0) wrong.push(`${language} ${width} ${key}: the name of a file runs out`);
      }
    }
  }
  t.deepEqual(wrong, []);
});
