import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loggedIn, officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEklEQVR42mNk+M9QzwADjDAGABssAgHLDDVQAAAAAElFTkSuQmCC', 'base64');
const file = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer });

test('too much is stopped before it goes up, a forgotten attachment is asked about, and what was sent is shown one after another', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Poproszę o zdjęcia' });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1').first().click();
  const editor = page.locator('.composer.rich .edit');
  await editor.click();
  await page.keyboard.type('Zdjęcia w załączniku.');
  await page.keyboard.press('Control+Enter');
  const question = page.locator('#forgotten[open]');
  await question.waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  t.is((await editor.innerText()).trim(), 'Zdjęcia w załączniku.');

  const input = page.locator('.composer input[type=file]');
  const film = join(tempDir(t), 'film.mov');
  writeFileSync(film, '');
  truncateSync(film, 16 * 1024 * 1024);
  await input.setInputFiles(film);
  await page.locator('.csize.is-over', { hasText: 'Usuń część plików' }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Usuń załącznik film.mov' }).click();
  t.is(await page.locator('.msg.outbound').count(), 0, 'nothing went up');

  await input.setInputFiles([
    file('przód.png', 'image/png', PNG),
    file('opis.txt', 'text/plain', Buffer.from('<b>Opis</b>')),
    file('tył.png', 'image/png', PNG),
  ]);
  await page.locator('.csize', { hasText: '3 z 10 plików' }).waitFor();
  await editor.click();
  await page.keyboard.press('Control+Enter');
  const sent = page.locator('.msg.outbound');
  await sent.getByRole('link', { name: 'przód.png' }).first().click();
  const preview = page.locator('#preview[open]');
  await preview.locator('img').waitFor();
  await page.keyboard.press('ArrowRight');
  const text = preview.frameLocator('iframe').locator('pre');
  t.is(await text.innerText(), '<b>Opis</b>');
  await preview.getByRole('button', { name: 'Następny plik' }).click();
  t.is(await preview.locator('small').innerText(), '3 z 3');
  await page.keyboard.press('Escape');
  await preview.waitFor({ state: 'detached' });
  t.deepEqual(complaints, []);
});

test('a chosen file stays in its answer while another conversation is read, leaving the page is asked about, and it goes out once', async (t) => {
  const office = await officeFor(t);
  for (const n of [1, 2]) await office.mail({ from: `k${n}@klient.test`, subject: `Sprawa ${n}` });
  const { page } = await loggedIn(t, office);
  const asked: string[] = [];
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  const open = async (n: number): Promise<void> => {
    await page.locator('#rows .row1', { hasText: `Sprawa ${n}` }).click();
    await page.locator('.talk h1', { hasText: `Sprawa ${n}` }).waitFor();
    await page.locator('.composer.rich .edit').click();
  };
  const pill = page.locator('.cfiles .pill', { hasText: 'cennik.txt' });
  await open(1);
  await page.keyboard.type('Oto cennik.');
  await page
    .locator('.composer input[type=file]')
    .setInputFiles({ name: 'cennik.txt', mimeType: 'text/plain', buffer: Buffer.from('100') });
  await pill.waitFor();
  await open(2);
  t.is(await pill.count(), 0, 'it is no file of the other answer');
  await open(1);
  await pill.waitFor();
  await page.evaluate('location.reload()');
  await until('it is asked', () => asked.length === 1);
  t.is(await page.inputValue('.composer [name=text]'), 'Oto cennik.');
  await page.locator('.composer .edit').click();
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'cennik.txt' }).waitFor();
  await open(2);
  await open(1);
  t.is(await page.locator('.cfiles .pill').count(), 0);
  await page.reload();
  t.deepEqual(asked, ['beforeunload']);
  await until('it went out', () => office.relay.mails.length === 1);
  t.regex(office.relay.mails[0]?.data ?? '', /cennik\.txt/);
});
