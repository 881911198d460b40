import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { grant } from '../../core/folders/rights.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { type OwnBrowser, openBrowser, openWindow } from '../support/browser.ts';
import { logIn, type Office, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

/** What each agent is told at the left of his list. */
const counted = (page: Page, list: string, number: string): Promise<void> =>
  page.locator(`#folder-${list} b`, { hasText: new RegExp(`^${number}$`) }).waitFor({ state: 'attached' });

async function command(page: Page, typed: string, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(typed);
  await page.locator('#commands [aria-selected=true]', { hasText: words }).waitFor();
  await page.keyboard.press('Enter');
}

/** Opens the composer by a key, writes and sends. */
async function write(page: Page, key: 'r' | 'n', text: string): Promise<void> {
  await page.locator('#composer .edit').waitFor();
  await page.keyboard.press(key);
  await page.locator('#composer .edit:focus').waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Control+Enter');
}

interface Team {
  readonly office: Office;
  readonly anna: Page;
  readonly piotr: Page;
  readonly ewa: Page;
  readonly ewaId: AgentId;
}

/** Anna gives a conversation to Piotr with a word to him; he answers, and the others see it happen. */
async function handOver(t: ExecutionContext, { office, anna, piotr, ewa }: Team): Promise<void> {
  await command(anna, '#1', 'Gdzie paczka?');
  await anna.locator('.talk[data-conversation="1"]').waitFor();
  await command(anna, 'piotr przyp', 'Piotr Nowak');
  await anna.locator('.facts', { hasText: 'Piotr Nowak' }).waitFor();
  await counted(piotr, 'mine', '1');
  await piotr.locator('.bell b', { hasText: '1' }).waitFor();
  await write(anna, 'n', 'Klient dzwonił, obiecałam odpowiedź dziś.');
  await command(piotr, '#1', 'Gdzie paczka?');
  await piotr.locator('.msg.internal', { hasText: 'obiecałam odpowiedź' }).waitFor();
  await write(piotr, 'r', 'Paczka jest w drodze.');
  await anna.locator('.msg.outbound', { hasText: 'Paczka jest w drodze.' }).waitFor();
  await until('the customer has it', () => office.relay.mails.length === 1);
  t.false(String(office.relay.mails[0]?.data).includes('dzwoni'), 'the note stays inside');
  await counted(ewa, 'unanswered', '2');
}

/** Ewa writes an answer while an administrator takes her right away: it leaves nobody, and is there again with the right. */
async function rightTaken(t: ExecutionContext, { office, ewa, ewaId }: Team): Promise<void> {
  const { scope } = office;
  await command(ewa, '#2', 'Reklamacja');
  await ewa.locator('.talk[data-conversation="2"]').waitFor();
  await ewa.locator('#composer .edit').waitFor();
  await ewa.keyboard.press('r');
  await ewa.keyboard.type('Przepraszamy za kłopot.');
  await until(
    'the draft is kept',
    async () => (await scope.db('drafts').where({ agent_id: ewaId }).first('text'))?.text === 'Przepraszamy za kłopot.',
  );
  await grant(scope, [{ agentId: ewaId, folderId: TOP_FOLDER, level: 'none' }]);
  await ewa.locator('#rows-none').waitFor();
  await counted(ewa, 'open', '');
  await ewa.locator('#msgs', { hasText: 'Nie ma tu tej rozmowy' }).waitFor();
  t.is(await ewa.locator('.msg, #context *').count(), 0, 'what she may not see any more leaves her screen by itself');
  t.is(await ewa.locator('.toast-note').count(), 0);
  await ewa.keyboard.press('Control+Enter');
  await ewa.locator('.toast-note.is-problem').waitFor();
  t.is((await scope.db('messages').where({ conversation_id: 2 })).length, 1);
  t.is(await ewa.locator('#composer .edit').innerText(), 'Przepraszamy za kłopot.', 'what she wrote stays before her');
  await ewa.reload();
  await ewa.locator('.problem-status', { hasText: '404' }).waitFor();
  await grant(scope, [{ agentId: ewaId, folderId: TOP_FOLDER, level: 'move' }]);
  await ewa.reload();
  await ewa.locator('#composer .edit', { hasText: 'Przepraszamy za kłopot.' }).waitFor();
}

/** What one does to many leaves the others' lists. */
async function bulkSeen({ office, anna, piotr }: Team): Promise<void> {
  await anna.goto(`${office.base}/conversations`);
  await anna.locator('#rows .row1').nth(2).waitFor();
  for (const key of ['j', 'x', 'j', 'j', 'X', 'e']) await anna.keyboard.press(key);
  await piotr.locator('#rows-none').waitFor();
  for (const page of [anna, piotr]) await counted(page, 'open', '');
}

/** Finding, reading, noting, assigning, answering and closing by nothing but links and forms. */
async function withoutScripts(t: ExecutionContext, { office, piotr }: Team, browser: OwnBrowser): Promise<void> {
  await office.mail({ from: 'maria@klient.test', subject: 'Zamek do drzwi', text: 'Czy pasuje do futryny 80?' });
  await until('it is here', async () => (await office.scope.db('conversations').where({ subject: 'Zamek do drzwi' })).length === 1);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await piotr.context().storageState() });
  const page = await context.newPage();
  await page.goto(`${office.base}/conversations`);
  await page.getByRole('searchbox').fill('futryny');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /Zamek do drzwi/ }).click();
  await page.locator('.msg.inbound', { hasText: 'futryny 80' }).waitFor();
  const say = async (kind: string, text: string): Promise<void> => {
    await page.locator(`input[name=kind][value=${kind}]`).check({ force: true });
    await page.locator('textarea[name=text]').fill(text);
    await page.locator('[data-send]').click();
  };
  await say('note', 'Sprawdzić w katalogu.');
  await page.locator('.msg.internal', { hasText: 'Sprawdzić w katalogu.' }).waitFor();
  await say('reply', 'Tak, pasuje.');
  await page.locator('.msg.outbound', { hasText: 'Tak, pasuje.' }).waitFor();
  await page.locator('summary[title="Przypisz"]').click();
  await page.getByRole('button', { name: 'Przypisz do mnie' }).click();
  await page.locator('.facts', { hasText: 'Piotr Nowak' }).waitFor();
  await page.locator('button[data-key=e]').click();
  await page.locator('.facts .tag', { hasText: 'zamknięta' }).waitFor();
  await until('the customer has it', () => office.relay.mails.length === 2);
  t.true(String(office.relay.mails[1]?.data).includes('Tak, pasuje.'));
}

test('three agents share a day by keyboard: hand over, answer, lose a right, close for all; without JavaScript the basics are plain forms', async (t) => {
  const office = await officeFor(t);
  for (const [n, subject] of ['Gdzie paczka?', 'Reklamacja', 'Pytanie o ofertę'].entries()) {
    await office.mail({ from: `k${n}@klient.test`, subject });
    await until('it is here', async () => (await office.scope.db('conversations').where({ subject })).length === 1);
  }
  await addAgent(office.scope, 'Piotr');
  const ewaId = await addAgent(office.scope, 'Ewa');
  const browser = await openBrowser(t);
  const windows = [await openWindow(browser), await openWindow(browser), await openWindow(browser)] as const;
  const [anna, piotr, ewa] = windows.map(({ page }) => page) as [Page, Page, Page];
  await logIn(anna, office.base);
  for (const [page, name] of [
    [piotr, 'Piotr'],
    [ewa, 'Ewa'],
  ] as const)
    await logIn(page, office.base, { email: `${name}@firma.example`, password: PASSWORD });
  const team = { office, anna, piotr, ewa, ewaId };
  await handOver(t, team);
  await rightTaken(t, team);
  await bulkSeen(team);
  await withoutScripts(t, team, browser);
  t.deepEqual(
    windows.flatMap(({ complaints }) => complaints.filter((text) => !/40[34]/.test(text))),
    [],
  );
});
