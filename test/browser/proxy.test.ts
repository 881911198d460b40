import test from 'ava';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

/** What nginx says while Centrala behind it starts anew. */
const BAD_GATEWAY = {
  status: 502,
  contentType: 'text/html',
  body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>',
};

test('a page of the proxy in front never stands in a page: list, conversation and answer stay, it is said in words, and all goes on afterwards', async (t) => {
  const office = await officeFor(t);
  for (const name of ['jan', 'ola']) await office.mail({ from: `${name}@klient.test`, subject: `Pytanie: ${name}` });
  const { page } = await loggedIn(t, office);
  const said = page.locator('.toast-note.is-problem', { hasText: 'Nie ma połączenia' });
  const away = () => page.route('**/conversations**', (route) => route.fulfill(BAD_GATEWAY));
  const back = () => page.unroute('**/conversations**');
  const unread = page.locator('#c1 .row1.new');
  await unread.waitFor();

  // A row that is opened meanwhile, by the mouse and by a key, and opened once more.
  await away();
  await page.locator('#c1 .row1').click();
  await said.waitFor();
  await said.getByRole('button').click();
  await page.locator('#c1 .row1').focus();
  await page.keyboard.press('o');
  await said.waitFor();
  await back();
  await page.locator('#c1 .row1').click();
  await page.locator('.talk[data-conversation="1"] .composer .edit').click();
  t.is(await said.count(), 0);
  await unread.waitFor({ state: 'detached' });

  // What asks by itself: the rows, the messages, the draft.
  await page.keyboard.type('Już sprawdzam.');
  await away();
  const refreshed = ['/conversations/rows', '/conversations/1/messages'].map((path) =>
    page.waitForResponse((answer) => new URL(answer.url()).pathname === path),
  );
  for (const name of ['conversations', 'conversation-1']) await page.dispatchEvent('body', `live:${name}`);
  await Promise.all(refreshed);
  await page.keyboard.press('Control+Enter');
  await said.waitFor();
  t.is(await page.locator('#rows .row1').count(), 2);
  t.is(await page.locator('.msg.inbound').count(), 1);
  t.is(await page.getByText('Bad Gateway').count(), 0);
  t.is((await page.locator('.composer .edit').innerText()).trim(), 'Już sprawdzam.');
  await back();
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'Już sprawdzam.' }).waitFor();
  await until('the relay has the answer', () => office.relay.mails.length === 1);
});

test('a conversation whose reading could not be noted is noted as read once the server answers', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Gdzie paczka?' });
  const { page } = await loggedIn(t, office);
  const reads = '**/conversations/1/reads';
  await page.route(reads, (route) => route.fulfill(BAD_GATEWAY));
  const failed = page.waitForResponse(reads);
  await page.locator('#c1 .row1').click();
  await failed;
  t.is(await page.locator('#c1 .row1.new').count(), 1, 'not said before it is so');
  await page.unroute(reads);
  await office.mail({ from: 'ola@klient.test', subject: 'Druga' });
  await page.locator('#c1 .row1:not(.new)').waitFor();
});
