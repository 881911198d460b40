import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { ADMIN } from '../support/app.ts';
import type { Window } from '../support/browser.ts';
import { loggedIn, type Office, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const editor = (page: Page) => page.locator('.composer.rich .edit');

/** A conversation that is open in a window, the cursor in its composer. */
async function writing(t: ExecutionContext<unknown>): Promise<Window & { office: Office }> {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy przyjdzie paczka?' });
  const window = await loggedIn(t, office);
  await window.page.locator('#rows .row1').first().click();
  await editor(window.page).click();
  return { ...window, office };
}

test('what was written when the session had ended stands in the composer after the log-in, to the last letter', async (t) => {
  const { page, context } = await writing(t);
  await page.keyboard.type('Pierwsza część');
  await page.locator('.saved', { hasText: 'zapisano' }).waitFor();
  await page.locator('#rows .row1', { hasText: 'szkic' }).waitFor();
  await context.clearCookies({ name: 'session' });
  const refreshed = page.waitForResponse((response) => response.headers()['hx-redirect']?.startsWith('/login') === true);
  await page.dispatchEvent('body', 'live:conversations');
  await refreshed;
  await page.keyboard.type(', druga część');
  await page.locator('.saved', { hasText: 'wylogowano' }).waitFor();
  await page.keyboard.type(' i trzecia');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/login?next=*');
  await page.fill('input[name=email]', ADMIN.email);
  await page.fill('input[name=password]', ADMIN.password);
  await page.keyboard.press('Enter');
  await editor(page).waitFor();
  t.is((await editor(page).innerText()).trim(), 'Pierwsza część, druga część i trzecia');
  await page.locator('.saved', { hasText: 'zapisano' }).waitFor();
  await page.keyboard.press('r');
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'druga część i trzecia' }).waitFor();
  await page.reload();
  await editor(page).waitFor();
  t.is((await editor(page).innerText()).trim(), '', 'what was sent is not offered again');
});

test('an answer sent while the server is away stays in the composer, says so, and goes out once when it is back', async (t) => {
  const { page, context, office } = await writing(t);
  await context.setOffline(true);
  await page.keyboard.type('Już sprawdzam.');
  const pressed = async () => {
    const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/messages'));
    await page.keyboard.press('Control+Enter');
    await failed;
    await page.locator('form.composer:not([inert])').waitFor();
  };
  await pressed();
  await page.locator('.toast-note.is-problem', { hasText: 'Nie ma połączenia' }).waitFor();
  await pressed();
  t.is((await editor(page).innerText()).trim(), 'Już sprawdzam.');
  t.is(await page.locator('.toast-note.is-problem').count(), 1, 'said once');
  await context.setOffline(false);
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'Już sprawdzam.' }).waitFor();
  await until('the relay has the answer', () => office.relay.mails.length > 0);
  t.is((await office.scope.db('messages').where({ direction: 'outbound' })).length, 1);
  t.is(await page.locator('.toast-note.is-problem').count(), 0, 'and not when it is true no more');
});

test('a draft marks its row in the list as soon as it is kept, and the mark goes when it is sent, by two quick Ctrl+Enter once', async (t) => {
  const { page, office } = await writing(t);
  await page.keyboard.type('Zaraz odpiszę.');
  const mark = page.locator('#rows .row1 .tag', { hasText: 'szkic' });
  await mark.waitFor();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'Zaraz odpiszę.' }).waitFor();
  await mark.waitFor({ state: 'detached' });
  t.is(await page.locator('.cproblem').count(), 0);
  t.is((await office.scope.db('messages').where({ direction: 'outbound' })).length, 1);
  t.is((await office.scope.db('drafts')).length, 0, 'nothing is left to be sent again');
});

test('a new message sent by a double click goes out once, and one with a wrong address keeps its text and its subject', async (t) => {
  const office = await officeFor(t);
  const { page } = await loggedIn(t, office);
  await page.goto(`${office.base}/conversations/new`);
  await page.fill('#to', 'to nie adres');
  await page.fill('#subject', 'Oferta');
  await editor(page).click();
  await page.keyboard.type('Taka jest oferta.');
  await page.keyboard.press('Control+Enter');
  await page.locator('.cproblem').waitFor();
  await editor(page).waitFor();
  t.is((await editor(page).innerText()).trim(), 'Taka jest oferta.');
  t.is(await page.inputValue('#subject'), 'Oferta');
  await page.fill('#to', 'jan@klient.test');
  await page.locator('[data-send]').dblclick();
  await page.waitForURL(/\/conversations\/\d+$/);
  await page.locator('.msg.outbound', { hasText: 'Taka jest oferta.' }).waitFor();
  t.is((await office.scope.db('conversations')).length, 1);
  await page.goto(`${office.base}/conversations/new`);
  await editor(page).waitFor();
  t.is((await editor(page).innerText()).trim(), '', 'what was sent is not offered again');
});

test('whoever goes on typing when his answer was refused writes on in it, and closes nothing', async (t) => {
  const { page } = await writing(t);
  await page.keyboard.type('Jutro');
  await page.fill('.composer [name=moreTo]', 'to nie adres');
  for (const isPlain of [false, true]) {
    await page.keyboard.press('Control+Enter');
    await page.locator('.cproblem', { hasText: 'adres' }).waitFor();
    await editor(page).or(page.locator('.composer.plain textarea:visible')).waitFor();
    await until('what was written has the focus', () =>
      page.locator('.composer :is(.edit, textarea)').evaluateAll((all) => all.some((one) => one.matches(':focus'))),
    );
    await page.keyboard.type(' e#');
    t.regex(await page.inputValue('.composer [name=text]'), isPlain ? /^Jutro e# e#$/ : /^Jutro e#$/);
    if (!isPlain) await page.locator('[data-plain]').click();
  }
  t.is(await page.locator('#thead', { hasText: 'zamknięta' }).count(), 0);
});

test('the key of an answer leads to the end of what is written there, as styled and as plain text', async (t) => {
  const { page } = await writing(t);
  const write = async (more: string, whole: string): Promise<void> => {
    await page.keyboard.type(more);
    await page.waitForResponse(
      (answer) => answer.ok() && new URLSearchParams(answer.request().postData() ?? '').get('text')?.trim() === whole,
    );
  };
  const again = async (kind: string): Promise<void> => {
    await page.reload();
    await page.locator(`.composer.${kind}`).waitFor();
    await page.keyboard.press('r');
  };
  await write('Jutro', 'Jutro');
  await again('rich');
  await write(' rano', 'Jutro rano');
  await page.locator('[data-plain]').click();
  await write(' o 8', 'Jutro rano o 8');
  await again('plain');
  await write(' lub 9', 'Jutro rano o 8 lub 9');
  t.is(await page.inputValue('.composer [name=text]'), 'Jutro rano o 8 lub 9');
});
