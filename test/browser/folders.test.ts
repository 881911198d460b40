import test from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { seriousFindings } from '../support/axe.ts';
import { loggedIn, officeFor } from '../support/office.ts';

test('a conversation goes into another folder by two keys and a few letters, and the rail counts it there at once', async (t) => {
  const office = await officeFor(t);
  const shop = await addFolder(office.scope, 'Sklep internetowy');
  await addFolder(office.scope, 'Żądania zwrotu', shop.id);
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Pralka nie wiruje' });
  const { page, complaints } = await loggedIn(t, office);
  await page.locator('#rows .row1', { hasText: 'Pralka' }).click();
  await page.locator('#thead h1:focus').waitFor();
  await page.keyboard.press('v');
  await page.locator('#picker-name:focus').waitFor();
  const found: string[] = [];
  found.push(...(await seriousFindings(page, 'the picker')));
  await page.keyboard.type('zadania');
  await page.keyboard.press('Enter');
  await page.locator('#picker:not([open])').waitFor({ state: 'attached' });
  await page.locator('#place-3 b', { hasText: '1' }).waitFor();
  await page.locator('#place-3').click();
  await page.locator('#list h1', { hasText: 'Żądania zwrotu' }).waitFor();
  t.is(await page.locator('#rows .row1').count(), 1);
  for (const path of ['/folders', '/folders/2', '/folders/agents/1', '/conversations/1/shares', '/agents/new']) {
    await page.goto(office.base + path);
    found.push(...(await seriousFindings(page, path)));
  }
  t.deepEqual(found, []);
  t.deepEqual(complaints, []);
});
